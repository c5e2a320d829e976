#include "protocol/api/issuer/credential_routes.hpp"

#include "base/text/encoding.hpp"
#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
namespace query = protocol::query;
using issued_credential::State;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t shown_max = 1000;
constexpr std::size_t reason_bytes_max = 1000;

/// The token is the holder's.
json::Value shown_credential(const Loaded<issued_credential::IssuedCredential>& loaded) {
  const auto& issued = loaded.entity;
  return json::ObjectWriter()
      .field("id", issued.id)
      .field("participantContextId", loaded.context)
      .field("holderId", issued.holder)
      .field("credentialDefinitionId", issued.definition)
      .field("issuanceProcessId", issued.process)
      .field("format", issued.credential.format)
      .field("state", issued_credential::state_names.name(issued.state))
      .field("reason", issued.reason)
      .field("credential", protocol::vc::write_resource(issued.credential))
      .field("createdAt", epoch_milliseconds(loaded.created_at))
      .field("lastModifiedAt", epoch_milliseconds(loaded.updated_at))
      .done();
}

Task<Result<Reply<AnyJson>>> list_credentials(Engine& engine, Call call) {
  query::Query wanted;
  wanted.limit = shown_max;
  std::vector<query::Predicate> all;
  if (const auto holder = call.target.parameter("holderId"))
    all.push_back(query::where("holderId", std::string(*holder)));
  if (const auto type = call.target.parameter("type"))
    all.push_back(query::where("credential.type", std::string(*type)));
  wanted.where = query::all_of(std::move(all));
  return find<issued_credential::Machine>(engine, std::move(call), std::move(wanted), shown_credential);
}

/// What EDC calls a status is the purpose of the list that says no.
Task<Result<Reply<AnyJson>>> get_status(Engine& engine, Call call) {
  auto loaded = co_await engine.load<issued_credential::Machine>(call.context, call.entity("credentialId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& issued = loaded->entity;
  json::Value status;
  json::Value reason;
  if (issued.state != State::issued) {
    status = issued.state == State::revoked ? issued_credential::revocation : issued_credential::suspension;
    reason = issued.reason;
  }
  co_return Reply<AnyJson>{{json::ObjectWriter()
                                .field("credentialId", issued.id)
                                .field("status", status)
                                .field("reason", reason)
                                .done()}};
}

struct Reason {
  std::string reason = "by an administrator";
};
Result<void> read(const json::Node& node, Reason& out) {
  json::ObjectReader in(node);
  in.optional("reason", out.reason);
  if (in.ok() && out.reason.size() > reason_bytes_max)
    in.refuse("reason", fmt::format("must have at most {} bytes", reason_bytes_max));
  return in.done();
}

template <class Change>
Task<Result<Reply<Nothing>>> change(Engine& engine, Call call, AnyJson body) {
  Reason given;
  if (!body.value.is_null()) {
    if (auto done = read(json::Node(body.value), given); !done) co_return fail(std::move(done.error()));
  }
  auto applied = co_await engine.apply<issued_credential::Machine>(
      command_of(call, call.entity("credentialId")), Change{std::move(given.reason)});
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<AnyJson>>> reissue(Issuer& issuer, Call call) {
  auto id = call.id<issuance::IssuedCredentialId>("credentialId");
  auto reissued = co_await issuer.reissue(std::move(call), std::move(id));
  if (!reissued) co_return fail(std::move(reissued.error()));
  co_return Reply<AnyJson>{
      {json::ObjectWriter().field("id", reissued->id).field("issuanceProcessId", reissued->process).done()}};
}

struct Offering {
  issuance::HolderId holder;
  std::vector<issuance::CredentialDefinitionId> credentials;
};
Result<void> read(const json::Node& node, Offering& out) {
  json::ObjectReader in(node);
  in.required("holderId", out.holder).required("credentials", out.credentials);
  if (in.ok() && (out.credentials.empty() || out.credentials.size() > protocol::dcp::entries_max))
    in.refuse("credentials", fmt::format("must name between 1 and {}", protocol::dcp::entries_max));
  return in.done();
}

Task<Result<Reply<Nothing>>> offer(Issuer& issuer, Call call, AnyJson body) {
  Offering offering;
  if (auto done = read(json::Node(body.value), offering); !done) co_return fail(std::move(done.error()));
  auto place =
      "/api/admin/v1beta/participants/" + text::percent_encode(call.context.str()) + "/credentialoffers/";
  auto offered =
      co_await issuer.offer(std::move(call), std::move(offering.holder), std::move(offering.credentials));
  if (!offered) co_return fail(std::move(offered.error()));
  Reply<Nothing> reply;
  reply.headers.set("Location", place + offered->str());
  co_return reply;
}

}  // namespace

void bind_credential_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::list_credentials,
              [&engine](Call call, Nothing) { return list_credentials(engine, std::move(call)); });
  router.bind(api::query_credentials, [&engine](Call call, query::Query wanted) {
    return find<issued_credential::Machine>(engine, std::move(call), std::move(wanted), shown_credential);
  });
  router.bind(api::offer_credentials,
              [&issuer](Call call, AnyJson body) { return offer(issuer, std::move(call), std::move(body)); });
  router.bind(api::get_credential_status,
              [&engine](Call call, Nothing) { return get_status(engine, std::move(call)); });
  router.bind(api::suspend_credential, [&engine](Call call, AnyJson body) {
    return change<issued_credential::Suspend>(engine, std::move(call), std::move(body));
  });
  router.bind(api::resume_credential, [&engine](Call call, AnyJson body) {
    return change<issued_credential::Resume>(engine, std::move(call), std::move(body));
  });
  router.bind(api::reissue_credential,
              [&issuer](Call call, Nothing) { return reissue(issuer, std::move(call)); });
  router.bind(api::revoke_credential, [&engine](Call call, AnyJson body) {
    return change<issued_credential::Revoke>(engine, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::issuer_service
