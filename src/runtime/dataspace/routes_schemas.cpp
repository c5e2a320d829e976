#include "protocol/api/management/schema_routes.hpp"
#include "protocol/query/paging.hpp"
#include "runtime/dataspace/routes.hpp"
#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::dataspace {

namespace api = management_api;
namespace management = protocol::api::management;
namespace query = protocol::query;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

/// Of each of both kinds.
constexpr std::uint64_t registered_max = 1000;

struct DocumentResource {
  using Document = CachedDocumentDocument;
  using Body = CachedDocument;

  static Result<Body> entity_of(Body body, std::string id, Instant) {
    body.id = std::move(id);
    return body;
  }
  static Body shown(const Loaded<Body>& loaded) {
    auto body = loaded.entity;
    body.updated_at = loaded.updated_at;
    return body;
  }
};

struct ValidatorResource {
  using Document = SchemaValidatorDocument;
  using Body = SchemaValidator;

  static Result<Body> entity_of(Body body, std::string id, Instant) {
    body.id = std::move(id);
    return body;
  }
  static Body shown(const Loaded<Body>& loaded) {
    auto body = loaded.entity;
    body.updated_at = loaded.updated_at;
    return body;
  }
};

template <class R>
Task<Result<void>> check_room(platform::engine::Engine& engine, ContextId context) {
  auto count = co_await engine.store().count(std::move(context), R::Document::kind(), {});
  if (!count) co_return fail(std::move(count.error()));
  if (*count < registered_max) co_return Result<void>{};
  co_return fail(ErrorCode::conflict, "there are {} of kind {}, which is as many as there may be", *count,
                 R::Document::kind().name);
}

template <class R>
Task<Result<Reply<std::vector<typename R::Body>>>> list(platform::engine::Engine& engine, Call call) {
  auto page = query::read_paging(call.target.parameter("offset"), call.target.parameter("limit"));
  if (!page) co_return fail(std::move(page.error()));
  co_return co_await api::query<R>(engine, std::move(call), {std::move(*page)});
}

/// A URL is that of one document.
Task<Result<void>> check_url(platform::engine::Engine& engine, ContextId context, std::string url,
                             std::string id) {
  query::Query same;
  same.where = query::where("url", url);
  same.limit = 1;
  auto page = co_await engine.list<CachedDocumentDocument>(std::move(context), std::move(same));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty() || page->entities.front().id.str() == id) co_return Result<void>{};
  co_return fail(ErrorCode::conflict, "'{}' is the URL of the cached document '{}' already", url,
                 page->entities.front().id);
}

Task<Result<Reply<management::IdResponse>>> create_document(SchemaServices services, Call call,
                                                            CachedDocument body) {
  auto room = co_await check_room<DocumentResource>(services.engine, call.context);
  if (!room) co_return fail(std::move(room.error()));
  auto alone = co_await check_url(services.engine, call.context, body.url, "");
  if (!alone) co_return fail(std::move(alone.error()));
  auto whole = co_await services.schemas.with_content(std::move(body), call.deadline);
  if (!whole) co_return fail(std::move(whole.error()));
  co_return co_await api::put_new<DocumentResource>(services.engine, std::move(call), std::move(*whole));
}

Task<Result<Reply<Nothing>>> replace_document(SchemaServices services, Call call, CachedDocument body) {
  auto id = call.entity("documentId");
  auto known = co_await services.engine.load<CachedDocumentDocument>(call.context, id);
  if (!known) co_return fail(std::move(known.error()));
  auto alone = co_await check_url(services.engine, call.context, body.url, id.str());
  if (!alone) co_return fail(std::move(alone.error()));
  if (known->entity.url != body.url || body.type != known->entity.type) {
    auto unused = co_await services.schemas.check_unused(known->entity.url);
    if (!unused) co_return fail(std::move(unused.error()));
  }
  auto whole = co_await services.schemas.with_content(std::move(body), call.deadline);
  if (!whole) co_return fail(std::move(whole.error()));
  co_return co_await api::replace<DocumentResource>(services.engine, std::move(call), std::move(*whole),
                                                    std::move(id));
}

/// Fetches it anew, whether or not there is content; what is never pulled stays as it came.
Task<Result<Reply<Nothing>>> refresh_document(SchemaServices services, Call call) {
  auto id = call.entity("documentId");
  auto known = co_await services.engine.load<CachedDocumentDocument>(call.context, id);
  if (!known) co_return fail(std::move(known.error()));
  auto document = std::move(known->entity);
  if (document.pull != management::PullStrategy::never) document.content.reset();
  auto whole = co_await services.schemas.with_content(std::move(document), call.deadline);
  if (!whole) co_return fail(std::move(whole.error()));
  co_return co_await api::replace<DocumentResource>(services.engine, std::move(call), std::move(*whole),
                                                    std::move(id));
}

Task<Result<Reply<Nothing>>> delete_document(SchemaServices services, Call call) {
  auto id = call.entity("documentId");
  auto known = co_await services.engine.load<CachedDocumentDocument>(call.context, id);
  if (!known) co_return fail(std::move(known.error()));
  auto unused = co_await services.schemas.check_unused(known->entity.url);
  if (!unused) co_return fail(std::move(unused.error()));
  co_return co_await api::remove<DocumentResource>(services.engine, std::move(call), std::move(id));
}

Task<Result<Reply<management::IdResponse>>> create_validator(SchemaServices services, Call call,
                                                             SchemaValidator body) {
  auto room = co_await check_room<ValidatorResource>(services.engine, call.context);
  if (!room) co_return fail(std::move(room.error()));
  auto sound = co_await services.schemas.check_validator(body);
  if (!sound) co_return fail(std::move(sound.error()));
  co_return co_await api::put_new<ValidatorResource>(services.engine, std::move(call), std::move(body));
}

Task<Result<Reply<Nothing>>> replace_validator(SchemaServices services, Call call, SchemaValidator body) {
  auto id = call.entity("validatorId");
  auto known = co_await services.engine.load<SchemaValidatorDocument>(call.context, id);
  if (!known) co_return fail(std::move(known.error()));
  auto sound = co_await services.schemas.check_validator(body);
  if (!sound) co_return fail(std::move(sound.error()));
  co_return co_await api::replace<ValidatorResource>(services.engine, std::move(call), std::move(body),
                                                     std::move(id));
}

void bind_documents(platform::routing::Router& router, SchemaServices s) {
  router.bind(management::create_document, [s](Call call, CachedDocument body) {
    return create_document(s, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::list_documents, [s](Call call, Nothing) {
    return list<DocumentResource>(s.engine, api::of_the_installation(std::move(call)));
  });
  router.bind(management::get_document, [s](Call call, Nothing) {
    auto id = call.entity("documentId");
    return api::get<DocumentResource>(s.engine, api::of_the_installation(std::move(call)), std::move(id));
  });
  router.bind(management::update_document, [s](Call call, CachedDocument body) {
    return replace_document(s, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::delete_document, [s](Call call, Nothing) {
    return delete_document(s, api::of_the_installation(std::move(call)));
  });
  router.bind(management::refresh_document, [s](Call call, Nothing) {
    return refresh_document(s, api::of_the_installation(std::move(call)));
  });
}

void bind_validators(platform::routing::Router& router, SchemaServices s) {
  router.bind(management::create_validator, [s](Call call, SchemaValidator body) {
    return create_validator(s, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::list_validators, [s](Call call, Nothing) {
    return list<ValidatorResource>(s.engine, api::of_the_installation(std::move(call)));
  });
  router.bind(management::get_validator, [s](Call call, Nothing) {
    auto id = call.entity("validatorId");
    return api::get<ValidatorResource>(s.engine, api::of_the_installation(std::move(call)), std::move(id));
  });
  router.bind(management::update_validator, [s](Call call, SchemaValidator body) {
    return replace_validator(s, api::of_the_installation(std::move(call)), std::move(body));
  });
  router.bind(management::delete_validator, [s](Call call, Nothing) {
    auto id = call.entity("validatorId");
    return api::remove<ValidatorResource>(s.engine, api::of_the_installation(std::move(call)), std::move(id));
  });
}

Task<Result<void>> nothing_to_check() {
  co_return Result<void>{};
}

}  // namespace

void bind_schema_routes(platform::routing::Router& router, SchemaServices services) {
  bind_documents(router, services);
  bind_validators(router, services);
  router.check_bodies_with(
      [services](const protocol::api::RouteInfo& route, const json::Value& body) -> Task<Result<void>> {
        const bool ours = route.scope.starts_with("management-api:");
        return ours ? services.schemas.check_body(body) : nothing_to_check();
      });
}

}  // namespace kontor::runtime::dataspace
