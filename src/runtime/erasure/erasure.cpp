#include "runtime/erasure/erasure.hpp"

#include <algorithm>

namespace kontor::runtime::erasure {

namespace store = platform::store;
using platform::engine::Engine;

namespace {

constexpr std::size_t page_max = 200;
constexpr std::size_t effects_max = 1000;  ///< of one entity

constexpr std::string_view kinds_of_identity[] = {"identity-context", "key-pair",
                                                  "key-name",         "secure-token-account",
                                                  "did-control",      "token-service",
                                                  "credential",       "credential-request",
                                                  "credential-offer", "credential-offer-policy"};

constexpr std::string_view kinds_of_issuer[] = {
    "issuance-process",        "issued-credential", "issuer-offer",   "status-list", "status-list-places",
    "status-list-publication", "application",       "subject-schema", "holder",      "attestation-definition",
    "credential-definition"};

/// One that was set aside would keep its effects, and they would keep its reason.
Task<Result<void>> take_back(Engine& engine, ContextId context, const Kinds& of) {
  auto aside = co_await engine.store().quarantined(context);
  if (!aside) co_return fail(std::move(aside.error()));
  for (auto& each : *aside) {
    if (!of(each.kind)) continue;
    auto released = co_await engine.store().release(context, std::move(each.kind), std::move(each.entity));
    if (!released && released.error().code != ErrorCode::not_found)
      co_return fail(std::move(released.error()));
  }
  co_return Result<void>{};
}

Task<Result<void>> remove_one(Engine& engine, store::Record record) {
  store::EffectFilter about{.context = record.context, .kind = record.kind, .entity = record.id};
  auto pending = co_await engine.store().pending_effects(
      store::SystemScope("remove an entity with what was still to be done about it"), about, 0, effects_max);
  if (!pending) co_return fail(std::move(pending.error()));
  const entity::Kind kind{.name = record.kind};
  store::Transaction transaction;
  transaction.removes.push_back({&kind, record.id, record.version});
  for (auto& each : *pending) transaction.effects_done.push_back(std::move(each.id));
  auto removed = co_await engine.store().commit(record.context, std::move(transaction));
  // Somebody was first: to remove it, or to change it, and then it is found again.
  const bool overtaken = !removed && (removed.error().code == ErrorCode::version_conflict ||
                                      removed.error().code == ErrorCode::not_found);
  if (!removed && !overtaken) co_return fail(std::move(removed.error()));
  co_return Result<void>{};
}

/// Those of one walk through the context.
Task<Result<std::size_t>> remove_found(Engine& engine, ContextId context, const Kinds& of) {
  std::size_t found = 0;
  std::string cursor;
  do {
    auto page = co_await engine.store().export_all(context, cursor, page_max);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& record : page->records) {
      if (!of(record.kind)) continue;
      ++found;
      auto removed = co_await remove_one(engine, std::move(record));
      if (!removed) co_return fail(std::move(removed.error()));
    }
    cursor = page->next.value_or("");
  } while (!cursor.empty());
  co_return found;
}

}  // namespace

bool is_of_identity(std::string_view kind) {
  return std::ranges::find(kinds_of_identity, kind) != std::ranges::end(kinds_of_identity);
}

bool is_of_issuer(std::string_view kind) {
  return std::ranges::find(kinds_of_issuer, kind) != std::ranges::end(kinds_of_issuer);
}

Task<Result<void>> remove_entities(Engine& engine, ContextId context, Kinds of) {
  auto back = co_await take_back(engine, context, of);
  if (!back) co_return fail(std::move(back.error()));
  for (;;) {
    auto found = co_await remove_found(engine, context, of);
    if (!found) co_return fail(std::move(found.error()));
    if (*found == 0) co_return Result<void>{};
  }
}

const entity::Kind& kind_of_mappings() {
  static constexpr entity::Field fields[] = {{"participantContext", "participantContext"}};
  static constexpr entity::Kind kind{.name = "token-resource-mapping", .fields = fields, .audited = true};
  return kind;
}

Task<Result<void>> remove_mappings(Engine& engine, ContextId context) {
  const auto installation = store::installation_context();
  for (;;) {
    auto query = protocol::query::Query{};
    query.limit = page_max;
    query.where = protocol::query::where("participantContext", context.str());
    auto page = co_await engine.list_stored(installation, kind_of_mappings(), std::move(query));
    if (!page) co_return fail(std::move(page.error()));
    if (page->records.empty()) co_return Result<void>{};
    for (auto& each : page->records) {
      auto removed = co_await engine.remove_stored(kind_of_mappings(), {installation, each.id}, each.version);
      const bool overtaken = !removed && (removed.error().code == ErrorCode::version_conflict ||
                                          removed.error().code == ErrorCode::not_found);
      if (!removed && !overtaken) co_return fail(std::move(removed.error()));
    }
  }
}

Task<Result<bool>> has_entities(Engine& engine, ContextId context, Kinds of) {
  std::string cursor;
  do {
    auto page = co_await engine.store().export_all(context, cursor, page_max);
    if (!page) co_return fail(std::move(page.error()));
    if (std::ranges::any_of(page->records, [&](const auto& each) { return of(each.kind); })) co_return true;
    cursor = page->next.value_or("");
  } while (!cursor.empty());
  co_return false;
}

}  // namespace kontor::runtime::erasure
