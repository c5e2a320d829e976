#include "fabric/agents/own_did.hpp"

#include <algorithm>

#include "protocol/did/web.hpp"

namespace kontor::fabric::agents {

namespace api = protocol::api::fabric;

namespace {

constexpr std::chrono::seconds first_look{1};
constexpr std::chrono::seconds looks_apart_max{60};
constexpr std::int64_t doublings_max = 6;  ///< until they are that far apart
constexpr std::uint32_t seconds_of_a_look = 20;
/// For a participant to prove that it controls the DID that it brought along.
constexpr std::chrono::hours proof_time_max{7 * 24};

std::string key_of_looks(const agent_kit::Assignment& assignment) {
  return fmt::format("cfm.did.looks.{}", assignment.activity);
}

/// So far; not counted further than it matters.
std::int64_t looks_of(const agent_kit::Assignment& assignment) {
  const auto* before = assignment.data.if_contains(key_of_looks(assignment));
  return before && before->is_int64() ? std::clamp(before->as_int64(), std::int64_t{0}, doublings_max)
                                      : std::int64_t{0};
}

}  // namespace

std::optional<std::uint32_t> look_seconds(const agent_kit::Assignment& assignment) {
  const auto looks = looks_of(assignment);
  if (looks == 0 || looks >= doublings_max) return std::nullopt;
  return seconds_of_a_look;
}

agent_kit::Waiting patiently(const agent_kit::Assignment& assignment, std::string detail) {
  const auto looks = looks_of(assignment);
  return {.again_after = std::min(first_look * (std::int64_t{1} << looks), looks_apart_max),
          .detail = std::move(detail),
          .values = {{key_of_looks(assignment), looks + 1}},
          .patience = proof_time_max};
}

bool brings_did_along(const std::string& did, const std::string& public_url) {
  const auto scheme = public_url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto host = public_url.substr(begin, public_url.find('/', begin) - begin);
  const auto own = protocol::did::make_web_did({host, ""});
  return !own || (did != own->str() && !did.starts_with(own->str() + ":"));
}

std::optional<agent_kit::Waiting> awaited_proof(const agent_kit::Assignment& assignment,
                                                const std::string& public_url) {
  const auto did = assignment.text(api::participant_id_key);
  const bool waits = did && !assignment.takes_down() && !assignment.data.contains(did_proven_key) &&
                     brings_did_along(*did, public_url);
  if (!waits) return std::nullopt;
  return patiently(assignment, fmt::format("waits until it is proven who controls {}", *did));
}

Result<std::optional<protocol::api::identity::TokenService>> token_service_of(
    const agent_kit::Assignment& assignment) {
  const auto properties = assignment.vpa_properties(api::VpaType::credential_service);
  const auto* named = properties.if_contains(token_service_property);
  if (!named) return std::nullopt;
  auto service = json::decode_value<protocol::api::identity::TokenService>(*named);
  if (!service) return fail(std::move(service.error()), "read the property '{}'", token_service_property);
  return std::optional(std::move(*service));
}

}  // namespace kontor::fabric::agents
