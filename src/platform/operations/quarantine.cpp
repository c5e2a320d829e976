#include "platform/operations/quarantine.hpp"

#include <charconv>

#include "protocol/api/operations/routes.hpp"

namespace kontor::platform::operations {
namespace {

namespace api = protocol::api::operations;
using protocol::api::Nothing;
using routing::Call;
using routing::Reply;

constexpr std::size_t page_default = 50;
constexpr std::size_t page_max = 500;

Result<std::size_t> limit_of(const Call& call) {
  const auto asked = call.target.parameter("limit");
  if (!asked) return page_default;
  std::size_t limit = 0;
  const auto* end = asked->data() + asked->size();
  const auto read = std::from_chars(asked->data(), end, limit);
  if (read.ec != std::errc{} || read.ptr != end || limit < 1 || limit > page_max)
    return fail(ErrorCode::invalid_input, "limit must be a number from 1 to {}", page_max);
  return limit;
}

Result<store::QuarantineQuery> query_of(const Call& call) {
  store::QuarantineQuery query{.kind = std::string(call.target.parameter("kind").value_or(""))};
  auto limit = limit_of(call);
  if (!limit) return fail(std::move(limit.error()));
  query.limit = *limit;
  const auto cursor = call.target.parameter("cursor");
  if (!cursor) return query;
  auto place = api::read_cursor(*cursor);
  if (!place) return fail(std::move(place.error()));
  query.after =
      store::QuarantineQuery::Place{std::move(place->kind), std::move(place->context), std::move(place->id)};
  return query;
}

Task<Result<Reply<api::QuarantinePage>>> list(engine::Engine& engine, Call call) {
  auto query = query_of(call);
  if (!query) co_return fail(std::move(query.error()));
  const auto limit = query->limit;
  ++query->limit;  // one more tells whether there is a next page
  auto rows = co_await engine.store().quarantined_across(
      store::SystemScope("an administrator lists what was set aside"), std::move(*query));
  if (!rows) co_return fail(std::move(rows.error()));
  api::QuarantinePage page;
  const bool more = rows->size() > limit;
  if (more) rows->resize(limit);
  if (more) page.next = api::write_cursor({rows->back().kind, rows->back().context, rows->back().entity});
  for (auto& row : *rows) {
    page.entities.push_back({std::move(row.context), std::move(row.kind), std::move(row.entity),
                             std::move(row.failure.reason), std::move(row.failure.effect),
                             row.failure.attempts, row.since});
  }
  co_return Reply<api::QuarantinePage>{std::move(page)};
}

Task<Result<Reply<Nothing>>> retry(engine::Engine& engine, Call call) {
  auto kind = call.entity("kind").str();
  auto retried = co_await engine.retry(call.context, std::move(kind), call.entity("entityId"));
  if (!retried) co_return fail(std::move(retried.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_quarantine_routes(routing::Router& router, engine::Engine& engine) {
  router.bind(api::list_quarantine, [&engine](Call call, Nothing) { return list(engine, std::move(call)); });
  router.bind(api::retry_quarantined,
              [&engine](Call call, Nothing) { return retry(engine, std::move(call)); });
}

}  // namespace kontor::platform::operations
