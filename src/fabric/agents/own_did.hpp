#pragma once

#include <cstdint>
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

/// How long a look waits for the proof, so that what follows it begins by its commit; none: at first, because
/// what is waited for is to be told at once, and where the participant takes longer, because a look that
/// waits keeps a place from the activities of others.
std::optional<std::uint32_t> look_seconds(const agent_kit::Assignment& assignment);

/// Waits for the participant, who has a week: looks again soon at first, then every minute.
agent_kit::Waiting patiently(const agent_kit::Assignment& assignment, std::string detail);

/// How what is set up for a participant waits for the proof of its DID; none: nothing is to wait for.
std::optional<agent_kit::Waiting> awaited_proof(const agent_kit::Assignment& assignment,
                                                const std::string& public_url);

/// Errors: invalid_input where it cannot be read.
Result<std::optional<protocol::api::identity::TokenService>> token_service_of(
    const agent_kit::Assignment& assignment);

}  // namespace kontor::fabric::agents
