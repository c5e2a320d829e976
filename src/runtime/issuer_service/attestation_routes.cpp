#include "protocol/api/issuer/attestation_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using issuance::AttestationDocument;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;
using protocol::query::Query;

namespace {

/// What could not be asked for is refused before definitions rest on it.
Task<Result<Reply<Nothing>>> create_checked(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto attestation = json::decode_value<issuance::AttestationDefinition>(body.value);
  if (!attestation) co_return fail(std::move(attestation.error()));
  auto checked = co_await issuer.check(call.context, std::move(*attestation));
  if (!checked) co_return fail(std::move(checked.error()));
  co_return co_await create<AttestationDocument>(engine, issuer, std::move(call), std::move(body));
}

/// Not while a definition rests on it: its requests would be refused, one after the other.
Task<Result<Reply<Nothing>>> remove_unused(Engine& engine, Call call) {
  const auto id = call.entity("attestationId");
  Query users;
  users.where = protocol::query::where("attestations", id.str());
  users.limit = 1;
  auto page = co_await engine.list<issuance::CredentialDefinitionDocument>(call.context, std::move(users));
  if (!page) co_return fail(std::move(page.error()));
  if (!page->entities.empty()) {
    co_return fail(ErrorCode::conflict, "the credential definition '{}' rests on the attestation '{}'",
                   page->entities.front().id, id);
  }
  co_return co_await remove<AttestationDocument>(engine, std::move(call), id);
}

}  // namespace

void bind_attestation_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_attestation, [&engine, &issuer](Call call, AnyJson body) {
    return create_checked(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::query_attestations, [&engine](Call call, Query query) {
    return find<AttestationDocument>(engine, std::move(call), std::move(query));
  });
  router.bind(api::delete_attestation,
              [&engine](Call call, Nothing) { return remove_unused(engine, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
