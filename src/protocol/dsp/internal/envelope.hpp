#pragma once

#include <optional>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/dsp/types.hpp"
#include "protocol/odrl/policy.hpp"

/// What all messages share: context, type, `@id`, pids, reason; and policies in their two roles.
namespace kontor::protocol::dsp::internal {

/// Starts a message of this type: `@context` and `@type` are there. `@context` must name the protocol's,
/// other entries are accepted; a single string or a missing context too.
void read_envelope(json::ObjectReader& in, std::string_view type);
json::ObjectWriter write_envelope(std::string_view type);

/// Ids that others gave have at most 1024 bytes: processes keep them, those of their last messages too.
void read_id(json::ObjectReader& in, MessageId& out);
void write_id(json::ObjectWriter& out, const MessageId& id);

void read_pid(json::ObjectReader& in, std::string_view key, Pid& out);
void read_pid(json::ObjectReader& in, std::string_view key, std::optional<Pid>& out);
void read_pids(json::ObjectReader& in, Pids& out);
/// For errors, whose pids peers may leave out.
void read_optional_pids(json::ObjectReader& in, Pids& out);
void write_pids(json::ObjectWriter& out, const Pids& pids);

void read_reason(json::ObjectReader& in, Reason& out);
void write_reason(json::ObjectWriter& out, const Reason& reason);

/// A policy that is an offer (or agreement): the type may be missing, another one is refused; an id must be
/// there.
void read_policy(json::ObjectReader& in, std::string_view key, odrl::PolicyType type, odrl::Policy& out);
/// The offers of a dataset or distribution.
void read_offers(json::ObjectReader& in, std::string_view key, std::vector<odrl::Policy>& out);

/// A policy as it must be in a message: of the type, whatever it was built from.
odrl::Policy of_type(odrl::Policy policy, odrl::PolicyType type);

}  // namespace kontor::protocol::dsp::internal
