#include "runtime/dataspace/body_schemas.hpp"

#include <algorithm>

#include "protocol/api/management/publication.hpp"
#include "protocol/json_schema/json_schema.hpp"

namespace kontor::runtime::dataspace {

namespace engine = platform::engine;
namespace http = platform::http;
namespace management = protocol::api::management;
namespace schema = protocol::json_schema;
namespace store = platform::store;

namespace {

constexpr std::string_view served_version = "v5";
constexpr std::size_t content_bytes_max = std::size_t{1} << 20;
constexpr std::size_t documents_max = 64;  ///< that one schema may refer to, itself included
constexpr std::size_t documents_kept_max = 256;
constexpr std::uint32_t page_size = 500;

using Contents = std::map<std::string, std::shared_ptr<const json::Value>, std::less<>>;

/// Whether the validator is about this body: its type, and for a policy its profile.
bool concerns(const SchemaValidator& validator, const json::Value& body) {
  const auto* type = json::find(body, "@type");
  if (!type || !type->is_string() || type->get_string() != validator.validated_type) return false;
  if (validator.profiles.empty()) return true;
  const auto* policy = json::find(body, "policy");
  const auto* profile = policy ? json::find(*policy, "profile") : nullptr;
  if (!profile) return false;
  const auto named = [&](const json::Value& each) {
    return each.is_string() &&
           std::ranges::find(validator.profiles, std::string(each.get_string())) != validator.profiles.end();
  };
  const auto* list = profile->if_array();
  return list ? std::ranges::any_of(*list, named) : named(*profile);
}

/// Valid as long as `contents`.
schema::Documents lookup(const Contents& contents) {
  return [&contents](std::string_view url) -> const json::Value* {
    const auto found = contents.find(url);
    return found == contents.end() ? nullptr : found->second.get();
  };
}

/// A validator that cannot be asked refuses: what an administrator has demanded is not passed over.
std::unexpected<Error> unusable(const SchemaValidator& validator, Error why) {
  if (why.code != ErrorCode::not_found) return fail(std::move(why));
  return fail_as(ErrorCode::invalid_input, std::move(why),
                 "bodies of type {} are held against a schema that is not complete",
                 validator.validated_type);
}

}  // namespace

struct BodySchemas::State {
  Task<Result<std::vector<SchemaValidator>>> all_validators();
  Task<Result<std::shared_ptr<const json::Value>>> content_of(std::string url);
  /// The schema with everything that it refers to.
  Task<Result<Contents>> closure(std::string url);

  engine::Engine& engine;
  http::Client& client;
  std::optional<std::vector<SchemaValidator>> validators;
  Contents contents;
  std::uint64_t changes = 0;  ///< what was read before a change is not kept after it
};

BodySchemas::BodySchemas(engine::Engine& engine, http::Client& client)
    : state_(new State{engine, client, {}, {}, 0}) {
  std::weak_ptr<State> weak = state_;
  engine.store().on_change([weak](const store::Change& change) {
    auto alive = weak.lock();
    const bool ours =
        change.is_of(CachedDocumentDocument::kind()) || change.is_of(SchemaValidatorDocument::kind());
    if (!alive || !ours) return;
    ++alive->changes;
    alive->validators.reset();
    alive->contents.clear();
  });
}
BodySchemas::~BodySchemas() = default;

Task<Result<CachedDocument>> BodySchemas::with_content(CachedDocument document,
                                                       platform::async::Deadline deadline) {
  auto state = state_;
  const bool pulled = document.pull == management::PullStrategy::always ||
                      (document.pull == management::PullStrategy::if_not_present && !document.content);
  if (pulled) {
    auto response = co_await state->client.send({"GET", document.url},
                                                {.deadline = deadline, .body_bytes_max = content_bytes_max});
    if (!response) co_return invalid("/url", "nobody answers there: {}", response.error().message());
    if (response->status != 200) co_return invalid("/url", "it answered {}", response->status);
    auto content = json::parse(response->body.text, {.bytes_max = content_bytes_max});
    if (!content || !content->is_object()) co_return invalid("/url", "what is there is no JSON object");
    document.content = std::move(content->get_object());
  }
  if (document.type != management::DocumentType::json_schema) co_return document;
  auto understood = schema::check_schema(*document.content);
  if (!understood)
    co_return invalid("/content" + understood.error().pointer, "{}", understood.error().detail);
  co_return document;
}

Task<Result<std::shared_ptr<const json::Value>>> BodySchemas::State::content_of(std::string url) {
  if (auto found = contents.find(url); found != contents.end()) co_return found->second;
  const auto before = changes;
  protocol::query::Query query;
  query.where = protocol::query::all_of({protocol::query::where("url", url),
                                         protocol::query::where("documentType", std::string("JSON_SCHEMA"))});
  query.limit = 1;
  auto page = co_await engine.list<CachedDocumentDocument>(store::installation_context(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty())
    co_return fail(ErrorCode::not_found, "'{}' is no cached document of type JSON_SCHEMA", url);
  auto content = std::make_shared<const json::Value>(std::move(*page->entities.front().entity.content));
  if (contents.size() >= documents_kept_max) contents.clear();
  if (changes == before) contents.insert_or_assign(std::move(url), content);
  co_return content;
}

Task<Result<Contents>> BodySchemas::State::closure(std::string url) {
  Contents found;
  std::vector<std::string> missing{schema::split_reference(url).url};
  while (!missing.empty()) {
    auto next = std::move(missing.back());
    missing.pop_back();
    if (found.contains(next)) continue;
    if (found.size() >= documents_max)
      co_return fail(ErrorCode::invalid_input, "the schema refers to more than {} documents", documents_max);
    auto content = co_await content_of(next);
    if (!content) co_return fail(std::move(content.error()));
    for (const auto& each : schema::referred_documents(**content, next)) missing.push_back(each);
    found.insert_or_assign(std::move(next), std::move(*content));
  }
  co_return found;
}

Task<Result<void>> BodySchemas::check_validator(SchemaValidator validator) {
  auto state = state_;
  if (validator.version != served_version) co_return invalid("/version", "this API is {}", served_version);
  auto known = co_await state->closure(validator.schema);
  if (!known && known.error().code != ErrorCode::not_found) co_return fail(std::move(known.error()));
  if (!known) co_return invalid("/schema", "{}", known.error().detail);
  auto found = schema::check_reference(validator.schema, lookup(*known));
  if (!found) co_return invalid("/schema", "{}", found.error().detail);
  co_return Result<void>{};
}

Task<Result<void>> BodySchemas::check_unused(std::string url) {
  auto state = state_;
  auto validators = co_await state->all_validators();
  if (!validators) co_return fail(std::move(validators.error()));
  for (const auto& each : *validators) {
    auto documents = co_await state->closure(each.schema);
    if (!documents && documents.error().code != ErrorCode::not_found)
      co_return fail(std::move(documents.error()));
    if (documents && documents->contains(url))
      co_return fail(ErrorCode::conflict, "the schema validator '{}' needs '{}'", each.id.value_or(""), url);
  }
  co_return Result<void>{};
}

Task<Result<std::vector<SchemaValidator>>> BodySchemas::State::all_validators() {
  if (validators) co_return *validators;
  const auto before = changes;
  std::vector<SchemaValidator> all;
  protocol::query::Query query;
  query.limit = page_size;
  for (;;) {
    auto page = co_await engine.list<SchemaValidatorDocument>(store::installation_context(), query);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) all.push_back(std::move(each.entity));
    if (!page->next) break;
    query.offset += page_size;
  }
  if (changes == before) validators = all;
  co_return all;
}

Task<Result<void>> BodySchemas::check_body(const json::Value& body) {
  auto state = state_;
  auto validators = co_await state->all_validators();
  if (!validators) co_return fail(std::move(validators.error()));
  if (validators->empty()) co_return Result<void>{};
  for (const auto& part : management::bodies_in(body)) {
    for (const auto& each : *validators) {
      if (!concerns(each, *part.body)) continue;
      auto documents = co_await state->closure(each.schema);
      if (!documents) co_return unusable(each, std::move(documents.error()));
      auto valid = schema::validate(*part.body, each.schema, lookup(*documents));
      if (valid) continue;
      valid.error().pointer.insert(0, part.pointer);
      co_return fail(std::move(valid.error()));
    }
  }
  co_return Result<void>{};
}

}  // namespace kontor::runtime::dataspace
