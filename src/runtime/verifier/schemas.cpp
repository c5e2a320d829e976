#include "runtime/verifier/schemas.hpp"

#include <utility>
#include <vector>

#include "platform/http/failure.hpp"
#include "protocol/json_schema/json_schema.hpp"
#include "runtime/verifier/fetched.hpp"

namespace kontor::runtime::verifier {

namespace http = platform::http;
namespace json_schema = protocol::json_schema;
using platform::async::Deadline;

namespace {

constexpr json_schema::Reading reading{.unnamed = json_schema::Dialect::draft_2020_12, .strict = false};

json_schema::Documents lookup(const Schema& documents) {
  return [&documents](std::string_view url) -> const json::Value* {
    const auto found = documents.find(url);
    return found == documents.end() ? nullptr : &found->second;
  };
}

}  // namespace

struct Schemas::State {
  State(platform::async::Scope& scope, platform::async::Clock& clock_in, http::Client& client_in,
        SchemasConfig config_in)
      : clock(clock_in),
        client(client_in),
        config(config_in),
        schemas(scope.executor(), clock,
                {config.failure_max_age, config.fetch_timeout, config.schemas_max, config.schemas_bytes_max},
                [this](std::string url, Deadline deadline) { return fetch(std::move(url), deadline); }) {}

  Task<Result<Fetched<Schema>::Fresh>> fetch(std::string url, Deadline deadline);
  struct Document {
    json::Value content;
    std::size_t bytes = 0;
  };
  Task<Result<Document>> document(std::string url, Deadline deadline);

  platform::async::Clock& clock;
  http::Client& client;
  SchemasConfig config;
  Fetched<Schema> schemas;
};

Schemas::Schemas(platform::async::Scope& scope, platform::async::Clock& clock, http::Client& client,
                 SchemasConfig config)
    : state_(std::make_shared<State>(scope, clock, client, config)) {}
Schemas::~Schemas() = default;

void Schemas::forget() {
  state_->schemas.forget();
}

Task<Result<SchemaPtr>> Schemas::schema(std::string url, Deadline deadline) {
  auto state = state_;
  co_return co_await state->schemas.get(std::move(url), deadline);
}

Task<KnownSchemas> Schemas::all(std::set<std::string> urls, Deadline deadline) {
  KnownSchemas known;
  for (const auto& url : urls) {
    auto one = co_await schema(url, deadline);
    known.insert_or_assign(url, std::move(one));
  }
  co_return known;
}

Task<Result<Fetched<Schema>::Fresh>> Schemas::State::fetch(std::string url, Deadline deadline) {
  const auto good_until = clock.now() + config.max_age;
  auto found = std::make_shared<Schema>();
  std::size_t bytes = 0;
  std::vector<std::string> missing{json_schema::split_reference(url).url};
  while (!missing.empty()) {
    auto next = std::move(missing.back());
    missing.pop_back();
    if (found->contains(next)) continue;
    if (found->size() >= config.documents_max)
      co_return fail(ErrorCode::invalid_input, "it refers to more than {} documents", config.documents_max);
    auto one = co_await document(next, deadline);
    if (!one) co_return fail(std::move(one.error()));
    for (const auto& each : json_schema::referred_documents(one->content, next, reading))
      missing.push_back(each);
    bytes += one->bytes;
    found->insert_or_assign(std::move(next), std::move(one->content));
  }
  auto there = json_schema::check_reference(url, lookup(*found), reading);
  if (!there) co_return fail(std::move(there.error()));
  co_return Fetched<Schema>::Fresh{std::move(found), good_until, bytes};
}

Task<Result<Schemas::State::Document>> Schemas::State::document(std::string url, Deadline deadline) {
  http::Request request{"GET", url};
  request.headers.set("Accept", "application/schema+json, application/json;q=0.9, */*;q=0.1");
  auto response = co_await client.send(std::move(request),
                                       {.deadline = deadline, .body_bytes_max = config.document_bytes_max});
  if (!response) co_return fail(std::move(response.error()), "fetch {}", url);
  if (response->status != 200) {
    co_return fail(http::failure_of(response->status), "{} was answered {}", url, response->status);
  }
  auto content = json::parse(response->body.text, {.bytes_max = config.document_bytes_max});
  if (!content) co_return fail_as(ErrorCode::invalid_input, std::move(content.error()), "read {}", url);
  auto understood = json_schema::check_schema(*content, reading);
  if (!understood)
    co_return fail(ErrorCode::invalid_input, "{} is no schema that is understood here: {} {}", url,
                   understood.error().pointer, understood.error().detail);
  co_return Document{std::move(*content), response->body.text.size()};
}

const Error* unknown_for_now(const KnownSchemas& known) {
  for (const auto& [url, schema] : known) {
    if (!schema && schema.error().row().retry == Retry::later) return &schema.error();
  }
  return nullptr;
}

protocol::vc::SchemaCheck check_with(const KnownSchemas& known) {
  return [&known](const std::string& url, const json::Object& subject) -> Result<void> {
    const auto found = known.find(url);
    if (found == known.end()) return fail(ErrorCode::not_found, "the schema {} was not fetched", url);
    if (!found->second) return fail(found->second.error());
    auto fits = json_schema::validate(subject, url, lookup(**found->second), reading);
    if (fits) return {};
    return fail(ErrorCode::invalid_input, "its subject does not follow the schema {}: {} {}", url,
                fits.error().pointer, fits.error().detail);
  };
}

}  // namespace kontor::runtime::verifier
