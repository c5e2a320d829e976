#include "interop/edc/hub.hpp"

#include <fmt/format.h>

#include <fstream>

#include "base/text/encoding.hpp"

namespace kontor::interop::edc {

using installation::text_at;
using installation::verify;

namespace {

constexpr std::chrono::seconds patience{40};
constexpr std::string_view administrator = "ADMINISTRATOR ";

std::string settings(const std::vector<int>& ports) {
  std::string text =
      "edc.participant.id=hub\nedc.hostname=127.0.0.1\nedc.iam.did.web.use.https=false\n"
      // It renews nothing here, and looks at no status.
      "edc.iam.credential.status.check.period=0\n";
  const std::pair<const char*, const char*> listeners[] = {{"credentials.", "/api/credentials"},
                                                           {"identity.", "/api/identity"},
                                                           {"did.", "/"},
                                                           {"sts.", "/api/sts"},
                                                           {"", "/api"},
                                                           {"version.", "/api/version"}};
  for (std::size_t i = 0; i < std::size(listeners); ++i) {
    text += fmt::format("web.http.{0}port={1}\nweb.http.{0}path={2}\n", listeners[i].first, ports.at(i),
                        listeners[i].second);
  }
  return text;
}

/// As the extension prints it.
std::string key_in(const std::filesystem::path& file) {
  std::ifstream log(file);
  for (std::string line; std::getline(log, line);) {
    if (line.starts_with(administrator)) return line.substr(administrator.size());
  }
  throw installation::Failed{"EDC's hub has no administrator"};
}

std::string encoded(const std::string& text) {
  return text::base64url_encode(bytes_of(text));
}

}  // namespace

Hub::Hub(Driver& driver, const std::filesystem::path& folder, const std::string& class_path)
    : ports_(installation::free_ports(6)),
      process_(
          boot(driver, folder,
               {.name = "hub", .class_path = class_path, .settings = settings(ports_), .memory = "400m"})),
      key_(key_in(process_->log())) {}

std::string Hub::authority() const {
  return fmt::format("127.0.0.1:{}", ports_.at(2));
}
std::string Hub::credentials() const {
  return origin(0);
}
std::string Hub::token_url() const {
  return origin(3) + "/api/sts/token";
}
std::string Hub::did(const std::string& name) const {
  return fmt::format("did:web:127.0.0.1%3A{}:{}", ports_.at(2), name);
}

std::string Hub::path_of(const HubParticipant& participant, const std::string& what) const {
  return fmt::format("{}/api/identity/v1alpha/participants/{}/{}", origin(1), encoded(participant.context),
                     what);
}

HubParticipant Hub::make(Driver& driver, const std::string& name, const std::string& service_origin) const {
  const auto id = did(name);
  const auto made =
      driver
          .expect(200, {.method = "POST",
                        .url = origin(1) + "/api/identity/v1alpha/participants",
                        .body = fmt::format(
                            R"({{"participantContextId":"{0}","did":"{1}","active":true,"roles":[],)"
                            R"("serviceEndpoints":[{{"id":"{0}-credentials","type":"CredentialService",)"
                            R"("serviceEndpoint":"{2}/api/credentials/v1/participants/{3}"}}],)"
                            R"("key":{{"keyId":"{1}#key-1","privateKeyAlias":"{0}-key-1",)"
                            R"("keyGeneratorParams":{{"algorithm":"EC","curve":"secp256r1"}}}}}})",
                            name, id, service_origin, encoded(name)),
                        .headers = {{"x-api-key", key_}}})
          .json();
  return {.context = name,
          .did = id,
          .client = text_at(made, "clientId"),
          .secret = text_at(made, "clientSecret")};
}

std::string Hub::obtain(Driver& driver, const HubParticipant& participant, const std::string& issuer,
                        const std::vector<Wanted>& wanted) const {
  std::string credentials;
  for (const auto& each : wanted) {
    credentials += fmt::format(R"({0}{{"id":"{1}","type":"{1}","format":"{2}"}})",
                               credentials.empty() ? "" : ",", each.type, each.format);
  }
  const auto pid = "request-of-" + participant.context;
  driver.expect(201, {.method = "POST",
                      .url = path_of(participant, "credentials/request"),
                      .body = fmt::format(R"({{"issuerDid":"{}","holderPid":"{}","credentials":[{}]}})",
                                          issuer, pid, credentials),
                      .headers = {{"x-api-key", key_}}});
  return driver.loop().run(await_request(driver, path_of(participant, "credentials/request/" + pid)));
}

Task<std::string> Hub::await_request(Driver& driver, std::string url) const {
  const auto deadline = platform::async::Deadline::after(driver.loop().clock(), patience);
  std::string status;
  while (!deadline.passed(driver.loop().clock())) {
    auto seen = co_await driver.ask({.url = url, .headers = {{"x-api-key", key_}}});
    if (seen) status = member(seen->json(), "status");
    if (status == "ISSUED" || status == "ERROR") break;
    co_await pause(driver);
  }
  co_return status;
}

json::Value Hub::held(Driver& driver, const HubParticipant& participant) const {
  return driver.expect(200, {.url = path_of(participant, "credentials"), .headers = {{"x-api-key", key_}}})
      .json();
}

std::string Hub::self_issued(Driver& driver, const HubParticipant& participant, const std::string& audience,
                             const std::string& scope) const {
  const auto given = driver.expect(
      200,
      {.method = "POST",
       .url = token_url(),
       .body = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&"
                           "audience={}&bearer_access_scope={}",
                           text::percent_encode(participant.client), text::percent_encode(participant.secret),
                           text::percent_encode(audience), text::percent_encode(scope)),
       .content_type = "application/x-www-form-urlencoded"});
  return text_at(given.json(), "access_token");
}

}  // namespace kontor::interop::edc
