#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fabric/agent_kit/activity.hpp"
#include "protocol/api/identity/token_service_messages.hpp"

/// Participants that bring a DID along, and those that keep their keys elsewhere: what agents do otherwise
/// for them.
namespace kontor::fabric::agents {

/// Processing data: the participant has proven that it controls the DID that it brought along.
inline constexpr std::string_view did_proven_key = "cfm.did.proven";
/// A property of the participant's credential service agent: its own secure token service, instead of keys
/// and a credential service of ours.
inline constexpr std::string_view token_service_property = "tokenService";

/// Whether the DID is none of those below the installation's own address.
bool brings_did_along(const std::string& did, const std::string& public_url);

/// Waits for the participant, who may take days: looks again soon at first, then every minute.
agent_kit::Waiting patiently(const agent_kit::Assignment& assignment, std::string detail);

/// How what is set up for a participant waits for the proof of its DID; none: nothing is to wait for.
std::optional<agent_kit::Waiting> awaited_proof(const agent_kit::Assignment& assignment,
                                                const std::string& public_url);

/// Errors: invalid_input where it cannot be read.
Result<std::optional<protocol::api::identity::TokenService>> token_service_of(
    const agent_kit::Assignment& assignment);

}  // namespace kontor::fabric::agents
