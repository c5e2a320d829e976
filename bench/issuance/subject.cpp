#include "subject.hpp"

#include <fmt/format.h>

#include "harness/contexts.hpp"

namespace kontor::bench {

using installation::Answer;
using installation::Request;

namespace {

constexpr auto credential_type = "RegisteredCredential";
constexpr auto patience = std::chrono::seconds(60);

/// The body of an answer that has this status; what was wrong, where it is another.
Result<json::Value> body_of(const Result<Answer>& answer, unsigned status, const char* what) {
  if (!answer) return fail(answer.error());
  if (answer->status != status)
    return fail(ErrorCode::peer_refused, "{} was answered {}: {}", what, answer->status, answer->body);
  if (answer->body.empty()) return json::Value();
  return json::parse(answer->body);
}

std::string text_in(const json::Value& value, std::string_view key) {
  const auto* member = json::find(value, key);
  return member && member->is_string() ? std::string(member->get_string()) : std::string();
}

bool all_active(const json::Value& profile) {
  const auto* agents = json::find(profile, "vpas");
  if (!agents || !agents->is_array() || agents->get_array().empty()) return false;
  for (const auto& each : agents->get_array()) {
    if (text_in(each, "state") != "active") return false;
  }
  return true;
}

}  // namespace

Subject::Subject(std::filesystem::path program, std::size_t holders)
    // The installations of tests look at revocations each second; this is what Kontor does by itself.
    : dataspace_({.program = std::move(program), .settings = {"verifier.status_max_age=60s"}}) {
  dataspace_.forget();
  installation::start(dataspace_.world());
  installation::set_up_governance(dataspace_.world());
  make_holders(holders);
}

void Subject::make_holders(std::size_t count) {
  auto& world = dataspace_.world();
  make_contexts(world.driver, world.b, {0, count});
  const auto token = world.a.provisioner_token(world.driver);
  std::vector<Request> requests;
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = name_of_context(i);
    const auto did = world.b.did(name);
    holders_.push_back({.context = name, .did = did, .home = &world.b});
    requests.push_back(
        {.method = "POST",
         .url = installation::issuer_administration(world, "holders"),
         .token = token,
         .body =
             fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"{1}","properties":{{}}}})", did, name)});
  }
  send_all(world.driver, std::move(requests), 201);
}

Task<std::string> Subject::issue(installation::Company holder) {
  auto& world = dataspace_.world();
  const auto base = holder.home->administration_url();
  auto made = co_await world.driver.ask(
      {.method = "POST",
       .url = base + "/api/identity/v1beta/participants/" + holder.context + "/credentials/request",
       .token = token_,
       .body = fmt::format(
           R"({{"issuerDid":"{0}","credentials":[{{"id":"{1}","type":"{1}","format":"VC1_0_JWT"}}]}})",
           world.issuer_did, credential_type)});
  if (auto body = body_of(made, 201, "a request for a credential"); !body) co_return body.error().message();
  auto ended = co_await world.driver.ask(
      {.url = base + made->headers.at("Location"), .token = token_, .wait = patience});
  const auto status = body_of(ended, 200, "a look at a request for a credential");
  if (!status) co_return status.error().message();
  if (text_in(*status, "status") == "ISSUED") co_return std::string();
  co_return "no credential was issued: " + ended->body;
}

Task<std::string> Subject::onboard(std::size_t number) {
  auto& world = dataspace_.world();
  const auto name = fmt::format("newcomer-{:06}", number);
  const auto base = world.b.fabric_url() + "/api/v1alpha1/tenants";
  auto tenant = co_await world.driver.ask({.method = "POST",
                                           .url = base,
                                           .token = token_,
                                           .body = fmt::format(R"({{"properties":{{"name":"{}"}}}})", name)});
  const auto made = body_of(tenant, 201, "a tenant");
  if (!made) co_return made.error().message();
  const auto profiles = base + "/" + text_in(*made, "id") + "/participant-profiles";
  auto order = co_await world.driver.ask(
      {.method = "POST",
       .url = profiles,
       .token = token_,
       .body = fmt::format(R"({{"identifier":"{}","properties":{{}}}})", world.b.did(name))});
  const auto ordered = body_of(order, 202, "an order of a participant");
  if (!ordered) co_return ordered.error().message();
  auto answer = co_await world.driver.ask(
      {.url = profiles + "/" + text_in(*ordered, "id"), .token = token_, .wait = patience});
  const auto profile = body_of(answer, 200, "a look at a participant");
  if (!profile) co_return profile.error().message();
  if (all_active(*profile)) co_return std::string();
  co_return name + " is not active: " + answer->body;
}

Cost Subject::issue_under(const Load& load) {
  token_ = dataspace_.world().b.provisioner_token(dataspace_.world().driver);
  return measure(load, [this] { return issue(holders_[turn_++ % holders_.size()]); });
}

Cost Subject::onboard_under(const Load& load) {
  token_ = dataspace_.world().b.provisioner_token(dataspace_.world().driver);
  return measure(load, [this] { return onboard(onboarded_++); });
}

Cost Subject::measure(const Load& load, Once once) {
  auto& world = dataspace_.world();
  auto at_issuer = scrape(world.driver, world.a);
  auto at_holders = scrape(world.driver, world.b);
  const auto done = repeat(world.driver, load, std::move(once));
  const auto count = static_cast<double>(done.milliseconds.size());
  for (auto& [name, value] : scrape(world.driver, world.a))
    at_issuer[name] = (value - at_issuer[name]) / count;
  for (auto& [name, value] : scrape(world.driver, world.b))
    at_holders[name] = (value - at_holders[name]) / count;
  const auto both = [&](const std::string& name) { return at_issuer[name] + at_holders[name]; };
  return {.count = done.milliseconds.size(),
          .per_second = done.per_second(),
          .p50_ms = done.milliseconds.median(),
          .p95_ms = done.milliseconds.p95(),
          .cpu_ms = both("process_cpu_seconds_total") * 1000,
          .issuer_cpu_ms = at_issuer["process_cpu_seconds_total"] * 1000,
          .commits = both("kontor_store_syncs_total") + both("kontor_vault_syncs_total"),
          .signatures_made = both("kontor_vault_signatures_total"),
          .signatures_checked = both("kontor_identity_signatures_checked_total") +
                                both("kontor_credential_service_signatures_checked_total")};
}

}  // namespace kontor::bench
