#pragma once

#include <gtest/gtest.h>

#include "base/crypto/signature.hpp"
#include "base/text/encoding.hpp"
#include "platform/auth/token_verifier.hpp"
#include "runtime/participant_context/documents.hpp"
#include "runtime/sharing_applications/documents.hpp"
#include "runtime/token_service/assembly.hpp"
#include "runtime/token_service/assertion.hpp"
#include "runtime/token_service/token_service.hpp"
#include "testing/house/house.hpp"

/// What the tests of this module begin with: a token service in a process of its own.
namespace kontor::runtime::token_service::testing {

using namespace std::chrono_literals;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;
using platform::auth::Role;
namespace api = protocol::api::token;
namespace http = platform::http;
namespace jose = protocol::jose;

inline const std::string clients_path = "/api/sts/v1/clients/";

class TokenServiceTest : public ::testing::Test {
 protected:
  TokenServiceTest() {
    bind_routes(*house.router, service, exchange);
    house.open();
    EXPECT_TRUE(loop.run(service.prepare_keys()));
  }

  ~TokenServiceTest() override { house.close(); }

  static std::vector<const entity::Kind*> kinds() {
    auto all = TokenServiceAssembly::kinds();
    all.push_back(&sharing_applications::ApplicationDocument::kind());
    all.push_back(&participant_context::ParticipantContextDocument::kind());
    return all;
  }
  TokenServiceOptions options() {
    TokenServiceOptions options{
        .issuer = house.administration_url(), .base_url = house.administration_url(), .hashing_threads = 0};
    options.exchanges = true;
    options.clients.push_back({{.id = "provisioner", .secrets = {}, .role = "provisioner", .context = {}},
                               crypto::Secret("provisioner-secret")});
    return options;
  }

  std::vector<platform::auth::TrustedIssuer> subject_issuers() {
    return {{outside.url("/cluster"), outside.url("/cluster/jwks"), "", http::Trust::foreign}};
  }

  /// A client, created by whoever is calling.
  http::Response put(const api::Client& client) {
    http::Request request{"PUT", house.administration_url(clients_path + client.client_id), {}, {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text = json::encode(client);
    return house.ask(std::move(request));
  }
  api::Client participant(std::optional<std::string> secret = "acme-secret") {
    return {.client_id = "acme",
            .client_secret = std::move(secret),
            .role = "participant",
            .participant_context_id = "acme",
            .scopes = {"management-api:write", "identity-api:read"}};
  }
  http::Response remove(const std::string& id) {
    return house.ask({"DELETE", house.administration_url(clients_path + id), {}, {}});
  }
  http::Response set_secret(const std::string& id, const std::string& secret, std::int64_t overlap = 0) {
    http::Request request{"PUT", house.administration_url(clients_path + id + "/secret"), {}, {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text = json::encode(api::ClientSecret{secret, overlap});
    return house.ask(std::move(request));
  }

  http::Response form(std::string body, std::string authorization = "") {
    http::Request request{"POST", house.administration_url("/token"), {}, {std::move(body), {}}};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    if (!authorization.empty()) request.headers.set("Authorization", std::move(authorization));
    return house.ask(std::move(request));
  }
  http::Response token(std::string id, std::string secret, std::string rest = "") {
    return form("grant_type=client_credentials&client_id=" + text::percent_encode(id) +
                "&client_secret=" + text::percent_encode(secret) + rest);
  }
  std::string token_of(const http::Response& response) {
    EXPECT_EQ(response.status, 200u) << response.body.text;
    return json::decode<api::TokenResponse>(response.body.text).value().access_token;
  }
  jose::Claims claims_of(const http::Response& response) {
    return jose::parse_jwt(token_of(response))->claims;
  }
  static std::string error_of(const http::Response& response) {
    const auto body = json::parse(response.body.text).value();
    return std::to_string(response.status) + " " + std::string(json::find(body, "error")->as_string());
  }
  std::string jwks_url() { return house.administration_url("/.well-known/jwks.json"); }
  jose::Jwks jwks() {
    http::Request request;
    request.target = jwks_url();
    return json::decode<jose::Jwks>(house.ask(std::move(request)).body.text).value();
  }
  api::Client keyed() {
    auto client = participant(std::nullopt);
    client.jwks = jose::Jwks{{jose::jwk_of(key.public_key())}};
    return client;
  }
  jose::Claims saying() {
    return {.iss = "acme",
            .sub = "acme",
            .aud = {house.administration_url("/token")},
            .exp = house.now() + 5min,
            .jti = new_uuid(loop.random())};
  }
  std::string signed_by(const crypto::PrivateKey& signer, const jose::Claims& claims) {
    auto input = jose::make_signing_input({.alg = jose::Algorithm::es256}, claims);
    const auto signature = crypto::sign(signer, bytes_of(input));
    return jose::assemble(std::move(input), signature);
  }
  http::Response by_assertion(const std::string& assertion, const std::string& rest = "") {
    return form("grant_type=client_credentials&client_assertion_type=" +
                text::percent_encode(assertion_type) + "&client_assertion=" + assertion + rest);
  }
  void call_as(Role role) { house.caller.role = role; }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  LoopbackServer outside{loop};  ///< an issuer whose subject tokens are trusted
  TokenService service{house.scope, *house.engine, *house.vault, options()};
  TokenExchange exchange{
      {house.scope, *house.engine, *house.client, service}, subject_issuers(), house.administration_url()};
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
};

}  // namespace kontor::runtime::token_service::testing
