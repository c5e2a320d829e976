#include "errands.hpp"

#include <fmt/format.h>

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::identity_crash {

using installation::Company;
using installation::Installation;
using installation::Request;

namespace {

constexpr auto client = "stranger";
constexpr auto form = "application/x-www-form-urlencoded";
constexpr auto rotation_pause = std::chrono::milliseconds(1500);
constexpr auto issued_within = std::chrono::seconds(10);
constexpr int looks_max = 30;
/// A holder's list and an issuer's show no more.
constexpr std::size_t requests_max = 800;

std::string secret_of(const Company& company) {
  return "account-of-" + company.context;
}

std::string participant_url(const Company& company, const std::string& path) {
  return company.home->administration_url() + "/api/identity/v1beta/participants/" + company.context + "/" +
         path;
}

}  // namespace

Errands::Errands(installation::World& world, crash::Availability& availability,
                 crash::Administrator& administrator, Once& once, Random& random, Acknowledged& acknowledged)
    : world_(world),
      availability_(availability),
      administrator_(administrator),
      once_(once),
      random_(random),
      client_(random),
      acknowledged_(acknowledged),
      scope_(world.driver.loop().executor()) {}

void Errands::open_accounts() {
  auto& driver = world_.driver;
  for (const auto& [name, company] : world_.companies) {
    driver.expect(204, {.method = "PUT",
                        .url = participant_url(company, "account"),
                        .token = company.home->admin_token(driver),
                        .body = fmt::format(R"({{"clientSecret":"{}"}})", secret_of(company))});
  }
  for (auto* home : {&world_.a, &world_.b}) {
    json::Object body{{"clientId", client}, {"scopes", json::Array{"identity-api:read"}}};
    body["jwks"] = write(client_.keys());
    driver.expect(200, {.method = "PUT",
                        .url = home->administration_url() + "/api/sts/v1/clients/" + client,
                        .token = home->admin_token(driver),
                        .body = json::serialize(body)});
  }
}

void Errands::start(std::size_t workers) {
  for (std::size_t i = 0; i < workers; ++i) {
    for (const auto& [name, company] : world_.companies) {
      scope_.spawn(keep_requesting(name, i));
      scope_.spawn(keep_presenting(name));
    }
  }
  for (auto* home : {&world_.a, &world_.b}) scope_.spawn(keep_proving(home));
  for (const auto& [name, company] : world_.companies)
    scope_.spawn(keep_rotating(company.home, company.context));
  scope_.spawn(keep_rotating(&world_.a, installation::issuer_context));
}

Task<void> Errands::finish() {
  finishing_ = true;
  co_await scope_.drain();
}

Task<bool> Errands::awake(const Installation* home) {
  const bool back = co_await availability_.await(*home);
  if (!back) administrator_.ledger().problems.push_back("an installation did not come back");
  co_return back && !finishing_ && !scope_.closing() && administrator_.ledger().problems.empty();
}

// ---- credentials

Task<void> Errands::keep_requesting(std::string company, std::size_t worker) {
  for (std::size_t i = 0; acknowledged_.requests.size() < requests_max; ++i) {
    const bool going_on = co_await awake(world_.company(company).home);
    if (!going_on) break;
    co_await request(company, fmt::format("{}-{}-{}", company, worker, i));
  }
}

/// Under an id of its own, so that what nobody acknowledged is known all the same.
Task<void> Errands::request(std::string company, std::string pid) {
  const auto& holder = world_.company(company);
  auto answer = co_await administrator_.attempt(
      *holder.home, {.method = "POST",
                     .url = participant_url(holder, "credentials/request"),
                     .body = fmt::format(R"({{"issuerDid":"{0}","holderPid":"{1}","credentials":[)"
                                         R"({{"id":"{2}","type":"{2}","format":"VC1_0_JWT"}}]}})",
                                         world_.issuer_did, pid, credential_type)});
  if (!answer) co_return;
  if (answer->status != 201) {
    note_problem(administrator_.ledger(), "a request for a credential", *answer);
    co_return;
  }
  acknowledged_.requests.emplace(pid, company);
  for (int i = 0; i < looks_max; ++i) {
    auto status = co_await administrator_.expect(
        *holder.home, 200,
        {.url = participant_url(holder, "credentials/request/" + pid), .wait = issued_within});
    if (!status || crash::text_of(*status, "status") == "ISSUED") co_return;
  }
  administrator_.ledger().problems.push_back("request " + pid + " brings no credential");
}

// ---- presentations

/// What the company's token service gives for the verifier; empty: nothing.
Task<std::string> Errands::access_token(std::string company, Did verifier) {
  const auto& holder = world_.company(company);
  const auto scope = fmt::format("org.eclipse.dspace.dcp.vc.type:{}:read", credential_type);
  auto answer = co_await world_.driver.ask(
      {.method = "POST",
       .url = holder.home->administration_url() + "/api/sts/token",
       .body = "grant_type=client_credentials&client_id=" + text::percent_encode(holder.did) +
               "&client_secret=" + text::percent_encode(secret_of(holder)) + "&audience=" +
               text::percent_encode(verifier.str()) + "&bearer_access_scope=" + text::percent_encode(scope),
       .content_type = form});
  if (crash::unanswered(answer)) co_return std::string();
  const auto body = json::parse(answer->body);
  const auto given = body ? crash::text_of(*body, "access_token") : std::string();
  const auto token = protocol::jose::parse_jwt(given);
  const auto inner = token ? protocol::jose::text_claim(token->claims, "token") : std::nullopt;
  if (answer->status != 200 || !inner)
    note_problem(administrator_.ledger(), "a request for a self-issued token", *answer);
  co_return inner.value_or("");
}

Request Errands::query(const Company& company, Stranger& verifier, const std::string& access_token) {
  return {.method = "POST",
          .url = company.home->public_url() + "/api/credentials/v1/participants/" + company.context +
                 "/presentations/query",
          .token = verifier.presenting(Did(company.did), access_token, now()),
          .body = fmt::format(R"({{"@context":["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"],)"
                              R"("type":"PresentationQueryMessage",)"
                              R"("scope":["org.eclipse.dspace.dcp.vc.type:{}:read"]}})",
                              credential_type)};
}

Task<bool> Errands::present(std::string company) {
  const auto& holder = world_.company(company);
  Stranger verifier(random_);
  auto token = co_await access_token(company, verifier.did());
  if (token.empty()) co_return false;
  auto answer = co_await once_.use("a presentation query to " + company, query(holder, verifier, token));
  if (!answer) co_return false;
  const auto body = json::parse(answer->body, {.bytes_max = std::size_t{16} * 1024 * 1024});
  const auto* shown = body ? json::find(*body, "presentation") : nullptr;
  if (!shown || !shown->is_array() || shown->get_array().empty())
    administrator_.ledger().problems.push_back(company + " presents no credential: " + answer->body);
  co_await once_.expect_refused("an access token of " + company + " under another token of its verifier",
                                query(holder, verifier, token));
  co_return true;
}

Task<void> Errands::keep_presenting(std::string company) {
  for (;;) {
    const bool going_on = co_await awake(world_.company(company).home);
    if (!going_on) break;
    const bool presented = co_await present(company);
    if (presented) co_await once_.repeat_any();
  }
}

// ---- access tokens

Task<void> Errands::keep_proving(Installation* home) {
  for (;;) {
    const bool going_on = co_await awake(home);
    if (!going_on) break;
    co_await prove(home);
    co_await once_.repeat_any();
  }
}

Task<void> Errands::prove(Installation* home) {
  const auto endpoint = home->administration_url() + "/token";
  auto answer = co_await once_.use(
      "an assertion",
      {.method = "POST",
       .url = endpoint,
       .body = "grant_type=client_credentials&client_assertion_type=" +
               text::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
               "&client_assertion=" + client_.assertion(client, endpoint, now()),
       .content_type = form});
  static_cast<void>(answer);
}

// ---- keys

Task<void> Errands::keep_rotating(const Installation* home, std::string context) {
  for (;;) {
    const bool going_on = co_await awake(home);
    if (!going_on) break;
    const auto signing = co_await signing_key(administrator_, *home, context);
    if (!signing) break;
    const auto id = signing->id;
    auto answer = co_await administrator_.attempt(
        *home, {.method = "POST", .url = crash::key_pairs_url(*home, context, id) + "/rotate"});
    if (answer && answer->status == 204) acknowledged_.rotations.push_back({home, context, id});
    // Time, or a call that nobody answered, may have been faster.
    if (answer && answer->status != 204 && answer->status != 409)
      note_problem(administrator_.ledger(), "a rotation of " + context, *answer);
    auto waited = co_await world_.driver.loop().clock().wait_until(now() + rotation_pause);
    if (!waited) break;
  }
}

}  // namespace kontor::identity_crash
