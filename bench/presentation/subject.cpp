#include "subject.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::bench {

using installation::World;

namespace {

std::vector<std::string> settings_of(bool remembers) {
  // The installations of tests look at revocations each second; this is what Kontor does by itself.
  // Nor is a membership asked for: these holders have none, and who lacks something is asked anew each time.
  std::vector<std::string> settings{"verifier.status_max_age=60s", "policy.credential_types=[]"};
  if (!remembers) settings.push_back("verifier.presentation_max_age=0s");
  return settings;
}

std::string type_of(std::size_t number) {
  return fmt::format("Proof{:02}Credential", number);
}

std::string holder_of(std::size_t credentials) {
  return fmt::format("holder-of-{}", credentials);
}

/// Whoever is asked for credentials is asked for all that it has.
void ask_for_everything(World& world, const installation::Installation& home) {
  world.driver.expect(
      200, {.method = "POST",
            .url = home.administration_url() + "/api/mgmt/v5beta/dcpscopes",
            .token = home.admin_token(world.driver),
            .body = fmt::format(
                R"({{{},"@type":"DcpScope","@id":"everything","type":"DEFAULT","profile":"*","value":)"
                R"("org.eclipse.dspace.dcp.vc.type:https://www.w3.org/2018/credentials/v1#:read"}})",
                installation::management_context)});
}

}  // namespace

Subject::Subject(std::filesystem::path program, bool remembers)
    : dataspace_({.program = std::move(program), .settings = settings_of(remembers)}) {
  dataspace_.forget();
  auto& world = dataspace_.world();
  installation::start(world);
  installation::set_up_governance(world);
  installation::onboard(world, "acme", world.a);
  for (const auto* home : {&world.a, &world.b}) ask_for_everything(world, *home);
  const auto token = world.a.governance_token(world.driver);
  // Each holder has one credential from its onboarding.
  for (std::size_t i = 1; i < std::ranges::max(sizes); ++i)
    installation::define_credential(world, token, {type_of(i)});
  for (const auto size : sizes) equip(size);
}

void Subject::equip(std::size_t credentials) {
  auto& world = dataspace_.world();
  const auto name = holder_of(credentials);
  installation::onboard(world, name, world.b);
  auto& holder = world.company(name);
  const auto token = world.b.provisioner_token(world.driver);
  for (std::size_t i = 1; i < credentials; ++i) {
    const auto state = installation::obtain(world, holder, type_of(i), token);
    installation::verify(state == "ISSUED", type_of(i) + " is " + state);
  }
  holders_[credentials] = &holder;
}

/// What was wrong; empty: nothing was.
Task<std::string> Subject::ask(installation::Request request) {
  auto answer = co_await dataspace_.world().driver.ask(std::move(request));
  if (!answer) co_return answer.error().message();
  if (answer->status == 200) co_return std::string();
  co_return fmt::format("a catalog request was answered {}: {}", answer->status, answer->body);
}

Cost Subject::ask_under(const Load& load, std::size_t credentials) {
  auto& world = dataspace_.world();
  auto& holder = *holders_.at(credentials);
  installation::renew_token(world.driver, holder);
  const auto& acme = world.company("acme");
  const installation::Request request{
      .method = "POST",
      .url = installation::management(holder, "catalog/request"),
      .token = holder.token,
      .body = fmt::format(R"({{{},"@type":"CatalogRequest","profile":"http-dsp-profile-2025-1",)"
                          R"("counterPartyAddress":"{}","counterPartyId":"{}"}})",
                          installation::management_context, acme.home->dsp_url(acme.context), acme.did)};
  auto provider = scrape(world.driver, world.a);
  auto consumer = scrape(world.driver, world.b);
  const auto done = repeat(world.driver, load, [&] { return ask(request); });
  const auto count = static_cast<double>(done.milliseconds.size());
  for (auto& [name, value] : scrape(world.driver, world.a)) provider[name] = (value - provider[name]) / count;
  for (auto& [name, value] : scrape(world.driver, world.b)) consumer[name] = (value - consumer[name]) / count;
  const auto both = [&](const std::string& name) { return provider[name] + consumer[name]; };
  const std::string by_identity = "kontor_identity_signatures_checked_total";
  const std::string by_service = "kontor_credential_service_signatures_checked_total";
  return {.questions = done.milliseconds.size(),
          .cpu_ms = both("process_cpu_seconds_total") * 1000,
          .p50_ms = done.milliseconds.median(),
          .signatures_made = both("kontor_vault_signatures_total"),
          .signatures_checked = both(by_identity) + both(by_service),
          .provider_signatures_checked = provider[by_identity] + provider[by_service],
          .exchanges = provider["kontor_presentations_asked_total"]};
}

}  // namespace kontor::bench
