#include "base/text/encoding.hpp"
#include "protocol/api/identity/did_routes.hpp"
#include "protocol/query/paging.hpp"
#include "runtime/identity/assembly.hpp"

namespace kontor::runtime::identity {

namespace api = protocol::api::identity;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// The context that the path names, as far as it has this DID: those of others are as unknown as none.
Task<Result<Loaded<IdentityContext>>> owner_of(IdentityContexts& contexts, ContextId context, Did did) {
  auto loaded = co_await contexts.load(std::move(context));
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (loaded->entity.did != did) co_return fail(ErrorCode::not_found, "the participant has no such DID");
  co_return loaded;
}

/// As it is, or in base64url.
Did did_in_path(const Call& call) {
  auto segment = call.id<std::string>("did");
  if (segment.starts_with("did:")) return Did(std::move(segment));
  while (segment.ends_with('=')) segment.pop_back();
  const auto decoded = text::base64url_decode(segment);
  return decoded ? Did(std::string(text_of(*decoded))) : Did(std::move(segment));
}

/// What is published follows from whether the participant acts.
Result<void> check_state(const IdentityContext& owner, ContextState wanted, std::string_view what) {
  if (owner.state == wanted) return {};
  return fail(ErrorCode::illegal_transition, "the document of {} cannot be {}: its participant is {}active",
              owner.did, what, owner.state == ContextState::activated ? "" : "not ");
}

std::string_view name_of(ContextState state) {
  switch (state) {
    case ContextState::creating:
    case ContextState::created:
      return "GENERATED";
    case ContextState::activated:
      return "PUBLISHED";
    case ContextState::deactivated:
    case ContextState::deleting:
    case ContextState::deleted:
      return "UNPUBLISHED";
  }
  return {};
}

Task<Result<Reply<Nothing>>> publish(IdentityContexts& contexts, Call call, api::DidReference body) {
  auto owner = co_await owner_of(contexts, call.context, std::move(body.did));
  if (!owner) co_return fail(std::move(owner.error()));
  if (auto legal = check_state(owner->entity, ContextState::activated, "published"); !legal)
    co_return fail(std::move(legal.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> unpublish(IdentityContexts& contexts, Call call, api::DidReference body) {
  auto owner = co_await owner_of(contexts, call.context, std::move(body.did));
  if (!owner) co_return fail(std::move(owner.error()));
  if (owner->entity.state == ContextState::created) co_return Reply<Nothing>{};
  if (auto legal = check_state(owner->entity, ContextState::deactivated, "taken back"); !legal)
    co_return fail(std::move(legal.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<api::DidState>>> get_state(IdentityContexts& contexts, Call call, api::DidReference body) {
  auto owner = co_await owner_of(contexts, call.context, std::move(body.did));
  if (!owner) co_return fail(std::move(owner.error()));
  co_return Reply<api::DidState>{{std::string(name_of(owner->entity.state))}};
}

Task<Result<Reply<std::vector<api::DidDocumentResource>>>> query(IdentityContexts& contexts, Call call,
                                                                 api::DidQuery body) {
  auto known = co_await contexts.load(call.context);
  if (!known) co_return fail(std::move(known.error()));
  auto fitting = co_await contexts.matching(call.context, std::move(body.query));
  if (!fitting) co_return fail(std::move(fitting.error()));
  Reply<std::vector<api::DidDocumentResource>> reply;
  for (const auto& each : *fitting) {
    auto document = co_await contexts.document(each);
    if (!document) co_return fail(std::move(document.error()));
    reply.body.push_back({std::move(*document)});
  }
  co_return reply;
}

Task<Result<Reply<std::vector<api::DidDocumentResource>>>> list_all(IdentityContexts& contexts, Call call) {
  auto wanted = protocol::query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!wanted) co_return fail(std::move(wanted.error()));
  auto page = co_await contexts.list(std::move(*wanted));
  if (!page) co_return fail(std::move(page.error()));
  Reply<std::vector<api::DidDocumentResource>> reply;
  for (const auto& each : page->entities) {
    auto document = co_await contexts.document(each.context);
    if (!document && document.error().code == ErrorCode::not_found) continue;  // deleted meanwhile
    if (!document) co_return fail(std::move(document.error()));
    reply.body.push_back({std::move(*document)});
  }
  co_return reply;
}

Task<Result<Reply<Nothing>>> change_service(IdentityContexts& contexts, Call call, ServiceChange wanted) {
  auto owner = co_await owner_of(contexts, call.context, did_in_path(call));
  if (!owner) co_return fail(std::move(owner.error()));
  if (wanted.service.id.empty()) co_return invalid("/serviceId", "is required");
  const auto publish = call.target.parameter("autoPublish").value_or("false");
  if (publish != "true" && publish != "false") co_return invalid("/autoPublish", "must be true or false");
  if (publish == "true") {
    if (auto legal = check_state(owner->entity, ContextState::activated, "published"); !legal)
      co_return fail(std::move(legal.error()));
  }
  auto done = co_await contexts.change_services(call.context, std::move(wanted), call.caller.subject);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_did_api_routes(platform::routing::Router& router, IdentityContexts& contexts) {
  using Kind = ServiceChange::Kind;
  router.bind(api::publish_did, [&contexts](Call call, api::DidReference body) {
    return publish(contexts, std::move(call), std::move(body));
  });
  router.bind(api::unpublish_did, [&contexts](Call call, api::DidReference body) {
    return unpublish(contexts, std::move(call), std::move(body));
  });
  router.bind(api::get_did_state, [&contexts](Call call, api::DidReference body) {
    return get_state(contexts, std::move(call), std::move(body));
  });
  router.bind(api::query_dids, [&contexts](Call call, api::DidQuery body) {
    return query(contexts, std::move(call), std::move(body));
  });
  router.bind(api::list_all_dids,
              [&contexts](Call call, Nothing) { return list_all(contexts, std::move(call)); });
  router.bind(api::add_did_service, [&contexts](Call call, api::DidService body) {
    return change_service(contexts, std::move(call), {Kind::add, std::move(body.service)});
  });
  router.bind(api::replace_did_service, [&contexts](Call call, api::DidService body) {
    return change_service(contexts, std::move(call), {Kind::replace, std::move(body.service)});
  });
  router.bind(api::remove_did_service, [&contexts](Call call, Nothing) {
    std::string id(call.target.parameter("serviceId").value_or(""));
    return change_service(contexts, std::move(call), {Kind::remove, {.id = std::move(id)}});
  });
}

}  // namespace kontor::runtime::identity
