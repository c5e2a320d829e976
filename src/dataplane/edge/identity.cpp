#include "dataplane/edge/identity.hpp"

#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "platform/http/failure.hpp"
#include "platform/store/store.hpp"
#include "protocol/api/token/enrolment.hpp"
#include "protocol/jose/jwt.hpp"

namespace kontor::dataplane::edge {

namespace api = protocol::api::token;
namespace http = platform::http;
namespace jose = protocol::jose;
using platform::store::installation_context;
using platform::vault::KeyAlias;

namespace {

constexpr auto assertion_lifetime = std::chrono::minutes(1);

KeyAlias key_alias() {
  return KeyAlias("edge-identity");
}

}  // namespace

struct Identity::State {
  State(Services services_in, IdentityOptions options_in)
      : services(services_in), options(std::move(options_in)), enrolling(services.scope.executor()) {}

  static Task<Result<std::string>> assertion(std::shared_ptr<State> state);
  Task<Result<std::string>> token(platform::async::Deadline deadline) {
    return services.tokens.authorization(std::string(api::tunnel_scope), deadline);
  }
  Task<Result<void>> enrol(platform::async::Deadline deadline);

  Services services;
  IdentityOptions options;
  platform::async::Mutex enrolling;
};

Identity::Identity(Services services, IdentityOptions options)
    : state_(std::make_shared<State>(services, std::move(options))) {}
Identity::~Identity() = default;

Task<Result<void>> Identity::prepare() {
  auto state = state_;
  auto made = co_await state->services.vault.create_key(installation_context(), key_alias(),
                                                        crypto::KeyType::ed25519);
  if (!made && made.error().code != ErrorCode::conflict)
    co_return fail(std::move(made.error()), "make the key of this data plane");
  state->services.tokens.prove_with([weak = std::weak_ptr(state)] { return State::assertion(weak.lock()); });
  co_return Result<void>{};
}

void Identity::forget_token() {
  state_->services.tokens.forget();
}

Task<Result<std::string>> Identity::authorization(platform::async::Deadline deadline) {
  auto state = state_;
  auto known = co_await state->token(deadline);
  const bool refused = !known && known.error().code == ErrorCode::peer_refused;
  if (!refused || state->options.enrolment_token.empty()) co_return known;
  auto turn = co_await state->enrolling.lock(state->services.clock, deadline);
  if (!turn) co_return fail(std::move(turn.error()));
  // Somebody else's turn may have been it.
  known = co_await state->token(deadline);
  if (known || known.error().code != ErrorCode::peer_refused) co_return known;
  auto enrolled = co_await state->enrol(deadline);
  if (!enrolled) co_return fail(std::move(enrolled.error()), "enrol this data plane");
  co_return co_await state->token(deadline);
}

Task<Result<std::string>> Identity::State::assertion(std::shared_ptr<State> state) {
  if (!state) co_return fail(ErrorCode::cancelled, "this process is stopping");
  const auto& [services, options, enrolling] = *state;
  jose::Claims claims{.iss = options.dataplane_id,
                      .sub = options.dataplane_id,
                      .aud = {options.token_service_url + "/token"},
                      .exp = services.clock.now() + assertion_lifetime,
                      .jti = new_uuid(services.random)};
  auto input = jose::make_signing_input({.alg = jose::Algorithm::eddsa}, claims);
  auto signature = co_await services.vault.sign(installation_context(), key_alias(), input);
  if (!signature) co_return fail(std::move(signature.error()), "sign with the key of this data plane");
  co_return jose::assemble(std::move(input), *signature);
}

Task<Result<void>> Identity::State::enrol(platform::async::Deadline deadline) {
  auto key = co_await services.vault.public_key(installation_context(), key_alias());
  if (!key) co_return fail(std::move(key.error()), "read the key of this data plane");
  const api::Enrolment enrolment{std::string(options.enrolment_token.reveal()),
                                 jose::Jwks{{std::move(*key)}}};
  http::Request request{.method = "POST",
                        .target = options.token_service_url + std::string(api::enrol.info.path),
                        .body = {json::encode(enrolment)}};
  request.headers.set("Content-Type", "application/json");
  http::SendOptions how{.deadline = deadline, .trust = http::Trust::configured, .body_bytes_max = 64 * 1024};
  auto response = co_await services.client.send(std::move(request), how);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200)
    co_return fail(http::failure_of(response->status), "the token service answered {}: {}", response->status,
                   text::for_log(response->body.text, 300));
  auto enrolled = json::decode<api::Enrolled>(response->body.text);
  if (!enrolled) co_return fail_as(ErrorCode::peer_refused, std::move(enrolled.error()), "read the answer");
  if (enrolled->dataplane_id != options.dataplane_id)
    co_return fail(ErrorCode::peer_refused, "the enrolment token is that of '{}', this is '{}'",
                   text::for_log(enrolled->dataplane_id), options.dataplane_id);
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::edge
