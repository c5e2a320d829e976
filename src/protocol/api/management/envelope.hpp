#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/codec.hpp"

/// What every body of the Management API v5beta has: the context and a type. The compact form is read as
/// plain JSON; a context array may name further documents, which add nothing that is read here.
namespace kontor::protocol::api::management {

inline constexpr std::string_view context_url = "https://w3id.org/edc/connector/management/v2";

/// Starts to read a body: `@context` must be an array that holds `context_url`, `@type` one of `types`. The
/// error is kept in the reader.
json::ObjectReader open_body(const json::Node& node, const std::vector<std::string_view>& types);

/// Starts to write a body with `@context` and `@type`.
json::ObjectWriter body_of(std::string_view type);

/// The counter-party, and under which dataspace profile: `profile` or, as older clients say it, `protocol`.
struct CounterParty {
  std::string address;
  std::string id;
  std::string profile;
};
void read_profile(json::ObjectReader& in, std::string& profile);

/// The answer to a creation.
struct IdResponse {
  std::string id;
  Instant created_at;
};
Result<void> read(const json::Node& node, IdResponse& out);
json::Value write(const IdResponse& response);

/// Where a participant wants to be told about events of one process: `uri` is an absolute http or https
/// address, `events` are beginnings of names. `authKey` names a header whose value is the participant's
/// secret `authCodeId`; one needs the other.
struct CallbackAddress {
  std::string uri;
  std::vector<std::string> events;
  bool transactional = false;
  std::optional<std::string> auth_key;
  std::optional<std::string> auth_code_id;
};
inline constexpr std::size_t callback_addresses_max = 10;
inline constexpr std::size_t callback_uri_bytes_max = 2048;
inline constexpr std::size_t callback_events_max = 50;

Result<void> read(const json::Node& node, CallbackAddress& out);
json::Value write(const CallbackAddress& address);
/// `callbackAddresses`, at most `callback_addresses_max`.
void read_callbacks(json::ObjectReader& in, std::vector<CallbackAddress>& out);

}  // namespace kontor::protocol::api::management
