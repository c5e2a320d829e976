#include "runtime/token_service/enrolments.hpp"

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "runtime/client_secrets/client_secrets.hpp"
#include "runtime/sharing_applications/applications.hpp"
#include "runtime/token_service/documents.hpp"

namespace kontor::runtime::token_service {

namespace api = protocol::api::token;
using platform::engine::Command;
using platform::routing::Call;
using platform::routing::Reply;
using platform::store::installation_context;

namespace {

constexpr std::size_t id_bytes_max = 128;
constexpr std::size_t token_bytes_max = 1024;
constexpr std::size_t keys_max = 8;
constexpr std::int64_t good_for_seconds_max = 7 * 24 * 60 * 60;

std::unexpected<Error> not_good() {
  return fail(ErrorCode::unauthenticated, "the enrolment token is unknown, was used or is too old");
}

Result<void> check(const api::EnrolmentOrder& order) {
  if (order.dataplane_id.size() > id_bytes_max) return invalid("/dataplaneId", "is too long");
  if (sharing_applications::place_of(order.dataplane_id))
    return invalid("/dataplaneId", "has the form of an application's client id");
  if (order.participant_context_id.size() > id_bytes_max)
    return invalid("/participantContextId", "is too long");
  if (order.good_for_seconds < 1 || order.good_for_seconds > good_for_seconds_max)
    return invalid("/goodForSeconds", "is between 1 and {}", good_for_seconds_max);
  return {};
}

/// The id stands in the token, so that it can be found.
std::string token_for(const std::string& id, Random& random) {
  return text::base64url_encode(bytes_of(id)) + "." +
         random_hex(random, client_secrets::generated_secret_bytes);
}

std::string id_in(std::string_view token) {
  const auto halves = text::split_once(token, '.');
  if (token.size() > token_bytes_max || !halves) return {};
  const auto id = text::base64url_decode(halves->first);
  return id ? std::string(text_of(*id)) : std::string();
}

}  // namespace

Task<Result<api::EnrolmentToken>> Enrolments::order(api::EnrolmentOrder order, platform::auth::Caller by) {
  if (auto valid = check(order); !valid) co_return fail(std::move(valid.error()));
  const EntityId id(order.dataplane_id);
  auto loaded = co_await engine_.load<ClientDocument>(installation_context(), id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  const bool is_another =
      loaded && (!loaded->entity.data_plane || loaded->entity.context != order.participant_context_id);
  if (is_another || configured_.contains(order.dataplane_id))
    co_return fail(ErrorCode::conflict, "'{}' is the id of another client", order.dataplane_id);
  auto token = token_for(order.dataplane_id, engine_.random());
  const auto until = engine_.clock().now() + std::chrono::seconds(order.good_for_seconds);
  Client client{.id = order.dataplane_id,
                .secrets = {},
                .role = {},
                .context = std::move(order.participant_context_id),
                .scopes = {std::string(api::tunnel_scope), std::string(api::report_scope)},
                .assertion_keys = loaded ? std::move(loaded->entity.assertion_keys) : protocol::jose::Jwks{},
                .data_plane = true,
                .enrolment = PendingEnrolment{crypto::sha256_hex(token), until}};
  Command command{installation_context(), id, std::move(by.subject)};
  auto put = co_await engine_.put<ClientDocument>(std::move(command), client, loaded ? loaded->version : 0);
  if (!put) co_return fail(std::move(put.error()));
  co_return api::EnrolmentToken{std::move(token), until};
}

Task<Result<api::Enrolled>> Enrolments::enrol(api::Enrolment enrolment) {
  if (enrolment.jwks.keys.empty())
    co_return invalid("/jwks", "has no public key on a curve that is known here");
  if (enrolment.jwks.keys.size() > keys_max) co_return invalid("/jwks", "has more than {} keys", keys_max);
  auto id = id_in(enrolment.enrolment_token);
  if (id.empty() || id.size() > id_bytes_max) co_return not_good();
  auto loaded = co_await engine_.load<ClientDocument>(installation_context(), EntityId(id));
  if (!loaded && loaded.error().code == ErrorCode::not_found) co_return not_good();
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto& client = loaded->entity;
  const auto pending = std::exchange(client.enrolment, std::nullopt);
  const bool good = client.data_plane && pending && pending->until > engine_.clock().now() &&
                    pending->token_sha256 == crypto::sha256_hex(enrolment.enrolment_token);
  if (!good) co_return not_good();
  client.assertion_keys = std::move(enrolment.jwks);
  Command command{installation_context(), EntityId(id), id};
  auto put = co_await engine_.put<ClientDocument>(std::move(command), client, loaded->version);
  // Somebody else was faster, with the same token.
  if (!put && put.error().code == ErrorCode::version_conflict) co_return not_good();
  if (!put) co_return fail(std::move(put.error()));
  co_return api::Enrolled{std::move(id), client.context.value_or(""), std::move(client.scopes)};
}

namespace {

Task<Result<Reply<api::EnrolmentToken>>> ordered(Enrolments& all, Call call, api::EnrolmentOrder order) {
  auto token = co_await all.order(std::move(order), std::move(call.caller));
  if (!token) co_return fail(std::move(token.error()));
  Reply<api::EnrolmentToken> reply{std::move(*token)};
  reply.headers.set("Cache-Control", "no-store");
  co_return reply;
}

Task<Result<Reply<api::Enrolled>>> enrolled(Enrolments& all, api::Enrolment enrolment) {
  auto done = co_await all.enrol(std::move(enrolment));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<api::Enrolled>{std::move(*done)};
}

}  // namespace

void bind_enrolment_routes(platform::routing::Router& router, Enrolments& all) {
  router.bind(api::order_enrolment, [&all](Call call, api::EnrolmentOrder order) {
    return ordered(all, std::move(call), std::move(order));
  });
  router.bind(api::enrol,
              [&all](Call, api::Enrolment enrolment) { return enrolled(all, std::move(enrolment)); });
}

}  // namespace kontor::runtime::token_service
