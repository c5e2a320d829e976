#include "subject.hpp"

#include "harness/market.hpp"

namespace kontor::bench {
namespace {

std::vector<std::string> settings_of(const Variant& variant) {
  // The installations of tests look at revocations each second; this is what Kontor does by itself.
  std::vector<std::string> settings{"verifier.status_max_age=60s"};
  if (!variant.remembers) settings.push_back("verifier.presentation_max_age=0s");
  return settings;
}

}  // namespace

Subject::Subject(std::filesystem::path program, Variant variant)
    : variant_(std::move(variant)),
      dataspace_({.program = std::move(program),
                  .on_postgres = variant_.on_postgres,
                  .settings = settings_of(variant_)}) {
  dataspace_.forget();
  auto& world = dataspace_.world();
  const auto offer = open_market(world);
  body_ = installation::negotiation_body(world, member_asset, offer);
}

Metrics Subject::spent() {
  auto& world = dataspace_.world();
  auto sum = scrape(world.driver, world.a);
  for (const auto& [name, value] : scrape(world.driver, world.b)) sum[name] += value;
  if (const auto* server = dataspace_.postgres()) sum["database"] = server->processor_seconds();
  return sum;
}

Cost Subject::negotiate_under(const Load& load) {
  auto& world = dataspace_.world();
  auto& globex = world.company("globex");
  auto& acme = world.company("acme");
  for (auto* each : {&globex, &acme}) installation::renew_token(world.driver, *each);
  NegotiationFeed consumer(world.driver, globex);
  NegotiationFeed provider(world.driver, acme);
  consumer.open();
  provider.open();
  auto used = spent();
  for (auto& [name, value] : used) value = -value;
  const auto done = negotiate(world.driver, load, [&] { return opened_by(globex, body_, consumer); });
  provider.await_finalized(done.milliseconds.size());
  for (const auto& [name, value] : spent()) used[name] += value;
  const auto count = static_cast<double>(done.milliseconds.size());
  return {.negotiations = done.milliseconds.size(),
          .per_second = done.per_second(),
          .p50_ms = done.milliseconds.median(),
          .p95_ms = done.milliseconds.p95(),
          .cpu_ms = used["process_cpu_seconds_total"] / count * 1000,
          .database_cpu_ms = used["database"] / count * 1000,
          .commits = (used["kontor_store_syncs_total"] + used["kontor_vault_syncs_total"]) / count,
          .signatures_made = used["kontor_vault_signatures_total"] / count,
          .signatures_checked = (used["kontor_identity_signatures_checked_total"] +
                                 used["kontor_credential_service_signatures_checked_total"]) /
                                count,
          .presentations = used["kontor_presentations_asked_total"] / count};
}

}  // namespace kontor::bench
