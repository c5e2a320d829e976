#include "protocol/api/dcp_binding/routes.hpp"

#include "domain/application/codec.hpp"
#include "domain/issuance/issued_credential/codec.hpp"
#include "protocol/api/issuer/routes.hpp"
#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
namespace dcp = protocol::dcp;
namespace routes = protocol::api::dcp_binding;
using platform::engine::Command;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t shown_max = 1000;

Command command_of(const Call& call, EntityId id) {
  return {call.context, std::move(id), call.caller.subject, call.trace};
}

/// Stores one of the issuer's documents under its own id.
template <class D>
Task<Result<Reply<Nothing>>> create(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto document = json::decode_value<typename D::Entity>(body.value);
  if (!document) co_return fail(std::move(document.error()));
  auto id = entity_id(document->id);
  auto put = co_await engine.put<D>(command_of(call, id), std::move(*document), 0);
  if (!put) co_return fail(std::move(put.error()));
  Reply<Nothing> reply;
  reply.headers.set("Location", call.target.raw_path + "/" + id.str());
  co_return reply;
}

Task<Result<Reply<AnyJson>>> get_holder(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issuance::HolderDocument>(call.context, call.entity("holderId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<AnyJson>{{write(loaded->entity)}};
}

Task<Result<Reply<Nothing>>> delete_holder(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issuance::HolderDocument>(call.context, call.entity("holderId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto removed =
      co_await engine.remove<issuance::HolderDocument>(command_of(call, loaded->id), loaded->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<AnyJson>>> list_credentials(Engine& engine, Call call) {
  protocol::query::Query all;
  all.limit = shown_max;
  auto page = co_await engine.list<issued_credential::Machine>(call.context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  const auto holder = call.target.parameter("holderId");
  const auto type = call.target.parameter("type");
  json::Array list;
  for (const auto& each : page->entities) {
    const auto& issued = each.entity;
    if (holder && issued.holder.str() != *holder) continue;
    if (type && !protocol::vc::has_type(issued.credential, *type)) continue;
    list.push_back(json::ObjectWriter()
                       .field("id", issued.id)
                       .field("holderId", issued.holder)
                       .field("state", issued_credential::state_names.name(issued.state))
                       .field("credential", protocol::vc::write_resource(issued.credential))
                       .done());
  }
  co_return Reply<AnyJson>{{std::move(list)}};
}

Task<Result<Reply<Nothing>>> revoke(Issuer& issuer, Call call) {
  auto id = call.id<issuance::IssuedCredentialId>("credentialId");
  auto revoked = co_await issuer.revoke(std::move(call), std::move(id));
  if (!revoked) co_return fail(std::move(revoked.error()));
  co_return Reply<Nothing>{};
}

// ---- applications

struct Submission {
  Did applicant;
  application::Statement statement;
};
Result<void> read(const json::Node& node, Submission& out) {
  json::ObjectReader in(node);
  in.required("applicant", out.applicant)
      .required("holderName", out.statement.holder_name)
      .required("credentialType", out.statement.credential_type)
      .optional("properties", out.statement.properties)
      .optional("documents", out.statement.documents);
  return in.done();
}

struct Opinion {
  std::string comment;
};
Result<void> read(const json::Node& node, Opinion& out) {
  json::ObjectReader in(node);
  in.optional("comment", out.comment);
  return in.done();
}

Task<Result<Reply<AnyJson>>> apply_event(Engine& engine, Command command, application::Event event) {
  auto applied = co_await engine.apply<application::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Reply<AnyJson>{{write(applied->entity)}};
}

Task<Result<Reply<AnyJson>>> submit(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  Submission submission;
  if (auto done = read(json::Node(body.value), submission); !done) co_return fail(std::move(done.error()));
  application::ApplicationId id(new_uuid(engine.random()));
  application::Submit event{id, std::move(submission.applicant), std::move(submission.statement),
                            application::ActorId(call.caller.subject)};
  co_return co_await apply_event(engine, command_of(call, entity_id(id)), std::move(event));
}

template <class Decision>
Task<Result<Reply<AnyJson>>> judge(Engine& engine, Call call, AnyJson body) {
  Opinion opinion;
  if (auto done = read(json::Node(body.value), opinion); !done) co_return fail(std::move(done.error()));
  Decision event{application::ActorId(call.caller.subject), std::move(opinion.comment)};
  co_return co_await apply_event(engine, command_of(call, call.entity("applicationId")), std::move(event));
}

Task<Result<Reply<AnyJson>>> list_applications(Engine& engine, Call call) {
  protocol::query::Query all;
  all.limit = shown_max;
  auto page = co_await engine.list<application::Machine>(call.context, std::move(all));
  if (!page) co_return fail(std::move(page.error()));
  json::Array list;
  for (const auto& each : page->entities) list.push_back(write(each.entity));
  co_return Reply<AnyJson>{{std::move(list)}};
}

Task<Result<Reply<AnyJson>>> get_application(Engine& engine, Call call) {
  auto loaded = co_await engine.load<application::Machine>(call.context, call.entity("applicationId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<AnyJson>{{write(loaded->entity)}};
}

// ---- DCP

Task<Result<Reply<Nothing>>> request(Issuer& issuer, Call call, dcp::CredentialRequestMessage message) {
  auto path = call.target.raw_path;
  auto pid = co_await issuer.receive(std::move(call), std::move(message));
  if (!pid) co_return fail(std::move(pid.error()));
  path.resize(path.rfind('/'));
  Reply<Nothing> reply;
  reply.headers.set("Location", path + "/requests/" + pid->str());
  co_return reply;
}

Task<Result<Reply<dcp::CredentialStatus>>> status(Issuer& issuer, Call call) {
  auto found = co_await issuer.status(std::move(call));
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<dcp::CredentialStatus>{std::move(*found)};
}

Task<Result<Reply<dcp::IssuerMetadata>>> metadata(Issuer& issuer, Call call) {
  auto found = co_await issuer.metadata(call.context);
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<dcp::IssuerMetadata>{std::move(*found)};
}

Task<Result<platform::http::Response>> serve_list(Issuer& issuer, Call call) {
  auto list = co_await issuer.list(call.context, call.id<issuance::StatusListId>("listId"));
  if (!list) co_return fail(std::move(list.error()));
  platform::http::Response response{200, {}, {list->published->vc1_token, {}}};
  response.headers.set("Content-Type", "application/vc+jwt");
  response.headers.set("ETag", "\"" + std::to_string(list->published->revision) + "\"");
  response.headers.set("Cache-Control", "no-cache");
  co_return response;
}

void bind_administration(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::create_holder, [&engine, &issuer](Call call, AnyJson body) {
    return create<issuance::HolderDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::get_holder, [&engine](Call call, Nothing) { return get_holder(engine, std::move(call)); });
  router.bind(api::delete_holder,
              [&engine](Call call, Nothing) { return delete_holder(engine, std::move(call)); });
  router.bind(api::create_attestation, [&engine, &issuer](Call call, AnyJson body) {
    return create<issuance::AttestationDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::create_credential_definition, [&engine, &issuer](Call call, AnyJson body) {
    return create<issuance::CredentialDefinitionDocument>(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::list_credentials,
              [&engine](Call call, Nothing) { return list_credentials(engine, std::move(call)); });
  router.bind(api::revoke_credential,
              [&issuer](Call call, Nothing) { return revoke(issuer, std::move(call)); });
}

void bind_applications(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::submit_application, [&engine, &issuer](Call call, AnyJson body) {
    return submit(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::list_applications,
              [&engine](Call call, Nothing) { return list_applications(engine, std::move(call)); });
  router.bind(api::get_application,
              [&engine](Call call, Nothing) { return get_application(engine, std::move(call)); });
  router.bind(api::approve_application, [&engine](Call call, AnyJson body) {
    return judge<application::Approve>(engine, std::move(call), std::move(body));
  });
  router.bind(api::reject_application, [&engine](Call call, AnyJson body) {
    return judge<application::Reject>(engine, std::move(call), std::move(body));
  });
}

}  // namespace

void bind_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  bind_administration(router, engine, issuer);
  bind_applications(router, engine, issuer);
  router.bind(routes::request_credentials,
              [&issuer](Call call, routes::Incoming<dcp::CredentialRequestMessage> body) {
                return request(issuer, std::move(call), std::move(body.message));
              });
  router.bind(routes::request_status,
              [&issuer](Call call, Nothing) { return status(issuer, std::move(call)); });
  router.bind(routes::issuer_metadata,
              [&issuer](Call call, Nothing) { return metadata(issuer, std::move(call)); });
  router.bind_raw(routes::status_list, [&issuer](Call call, platform::http::Request) {
    return serve_list(issuer, std::move(call));
  });
}

}  // namespace kontor::runtime::issuer_service
