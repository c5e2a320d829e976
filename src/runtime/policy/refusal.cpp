#include "runtime/policy/refusal.hpp"

#include "protocol/odrl/trace.hpp"

namespace kontor::runtime::policy {

namespace odrl = protocol::odrl;

namespace {

constexpr std::size_t steps_max = 20;
constexpr std::size_t credentials_max = 20;

/// What was proved, by type and issuer; claims stay in the credentials.
json::Array credentials_of(const odrl::Subject& subject) {
  json::Array summaries;
  const auto* proved = subject.claims->if_contains("vc");
  const auto* list = proved ? proved->if_array() : nullptr;
  if (!list) return summaries;
  for (const auto& credential : *list) {
    if (summaries.size() == credentials_max) break;
    json::Object summary;
    for (const char* member : {"type", "issuer", "expirationDate"}) {
      if (const auto* value = json::find(credential, member)) summary.emplace(member, *value);
    }
    summaries.push_back(std::move(summary));
  }
  return summaries;
}

}  // namespace

Refusal refusal_of(const odrl::Evaluation& evaluation, const Hop& hop, const odrl::Subject& subject,
                   std::string incident) {
  Refusal refusal{.incident = std::move(incident), .reason = evaluation.reason()};
  auto& details = refusal.details;
  details.emplace("incident", refusal.incident);
  details.emplace("hop", hop.name);
  details.emplace("scope", hop.scope.str());
  details.emplace("counterParty", subject.id.str());
  details.emplace("reason", refusal.reason);
  details.emplace("steps", json::write(odrl::refusing_steps(evaluation, steps_max)));
  details.emplace("credentials", credentials_of(subject));
  if (const auto* left_out = subject.attributes.if_contains(left_out_attribute))
    details.emplace("leftOut", *left_out);
  return refusal;
}

}  // namespace kontor::runtime::policy
