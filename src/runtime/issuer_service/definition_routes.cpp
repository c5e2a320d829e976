#include "protocol/api/issuer/definition_routes.hpp"

#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using issuance::CredentialDefinitionDocument;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;
using protocol::query::Query;

namespace {

/// The schema stays when the definition changes or goes: what was issued refers to it.
Task<Result<void>> keep_schema(Engine& engine, const Call& call, issuance::CredentialDefinition definition) {
  auto schema = issuance::schema_of(definition);
  if (!schema) co_return fail(std::move(schema.error()));
  if (!*schema) co_return Result<void>{};
  const auto id = entity_id((*schema)->id);
  auto put = co_await engine.put<issuance::SubjectSchemaDocument>(command_of(call, id), **schema, 0);
  if (!put && put.error().code != ErrorCode::conflict) co_return fail(std::move(put.error()));
  co_return Result<void>{};
}

/// A body without an id gets one; a definition's attestations must be there, and its schema is kept.
Task<Result<AnyJson>> completed(Engine& engine, Call call, AnyJson body) {
  auto* members = body.value.if_object();
  if (!members) co_return invalid("", "must be an object");
  if (!members->contains("id")) members->emplace("id", new_uuid(engine.random()));
  auto definition = json::decode_value<issuance::CredentialDefinition>(body.value);
  if (!definition) co_return fail(std::move(definition.error()));
  if (definition->validity > issuance::validity_max)
    co_return invalid("/validity", "must be at most {} seconds, a thousand years; 0: without end",
                      issuance::validity_max.count());
  for (std::size_t i = 0; i < definition->attestations.size(); ++i) {
    const auto& id = definition->attestations[i];
    auto loaded = co_await engine.load<issuance::AttestationDocument>(call.context, entity_id(id));
    if (!loaded && loaded.error().code == ErrorCode::not_found)
      co_return invalid(fmt::format("/attestations/{}", i), "there is no attestation '{}'", id);
    if (!loaded) co_return fail(std::move(loaded.error()));
  }
  auto kept = co_await keep_schema(engine, call, std::move(*definition));
  if (!kept) co_return fail(std::move(kept.error()));
  co_return body;
}

Task<Result<Reply<Nothing>>> create_definition(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto whole = co_await completed(engine, call, std::move(body));
  if (!whole) co_return fail(std::move(whole.error()));
  co_return co_await create<CredentialDefinitionDocument>(engine, issuer, std::move(call), std::move(*whole));
}

Task<Result<Reply<Nothing>>> update_definition(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto whole = co_await completed(engine, call, std::move(body));
  if (!whole) co_return fail(std::move(whole.error()));
  co_return co_await update<CredentialDefinitionDocument>(engine, issuer, std::move(call), std::move(*whole));
}

Result<void> read(const json::Node& node, Issuer::Trial& out) {
  json::ObjectReader in(node);
  in.required("holderId", out.holder).optional("claims", out.claims);
  return in.done();
}

json::Value shown_answer(const Issuer::Said& said) {
  const auto& answer = said.claims;
  const bool refuses = !answer && answer.error().code == ErrorCode::forbidden;
  json::ObjectWriter shown;
  shown.field("id", said.attestation.id)
      .field("attestationType", issuance::attestation_type_names.name(said.attestation.type))
      .field("answer", answer    ? "ATTESTED"
                       : refuses ? "REFUSED"
                                 : "UNAVAILABLE");
  if (answer) return shown.field("claims", *answer).done();
  return shown.field("reason", answer.error().message()).done();
}

Task<Result<Reply<AnyJson>>> evaluate(Issuer& issuer, Call call, AnyJson body) {
  Issuer::Trial trial;
  if (auto done = read(json::Node(body.value), trial); !done) co_return fail(std::move(done.error()));
  trial.definition = call.id<issuance::CredentialDefinitionId>("credentialDefinitionId");
  auto tried = co_await issuer.evaluate(std::move(call), std::move(trial));
  if (!tried) co_return fail(std::move(tried.error()));
  json::Array attestations;
  for (const auto& each : tried->said) attestations.push_back(shown_answer(each));
  json::ObjectWriter answer;
  answer.field("verdict", tried->verdict)
      .field("reason", tried->reason)
      .field("attestations", json::Value(std::move(attestations)))
      .field("claims", tried->claims);
  if (tried->credential) answer.field("credential", protocol::vc::write(*tried->credential));
  co_return Reply<AnyJson>{{answer.done()}};
}

}  // namespace

void bind_definition_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_credential_definition, [&engine, &issuer](Call call, AnyJson body) {
    return create_definition(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::update_credential_definition, [&engine, &issuer](Call call, AnyJson body) {
    return update_definition(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::query_credential_definitions, [&engine](Call call, Query query) {
    return find<CredentialDefinitionDocument>(engine, std::move(call), std::move(query));
  });
  router.bind(api::get_credential_definition, [&engine](Call call, Nothing) {
    auto id = call.entity("credentialDefinitionId");
    return get<CredentialDefinitionDocument>(engine, std::move(call), std::move(id));
  });
  router.bind(api::evaluate_credential_definition, [&issuer](Call call, AnyJson body) {
    return evaluate(issuer, std::move(call), std::move(body));
  });
  router.bind(api::delete_credential_definition, [&engine](Call call, Nothing) {
    auto id = call.entity("credentialDefinitionId");
    return remove<CredentialDefinitionDocument>(engine, std::move(call), std::move(id));
  });
}

}  // namespace kontor::runtime::issuer_service
