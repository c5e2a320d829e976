#include "runtime/catalog/contract_definitions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "domain/offer/rules.hpp"

namespace kontor::runtime::catalog {

namespace offer = domain::offer;
namespace query = protocol::query;
using Document = offer::ContractDefinitionDocument;

namespace {

constexpr std::uint32_t page_size = 1000;
constexpr std::size_t all_say_max = 20'000;
const std::size_t values_max = query::Limits{}.values_max;

template <class Values>
query::Predicate is_one_of(std::string field, const Values& texts) {
  return query::where(std::move(field), query::Operator::in, {texts.begin(), texts.end()});
}

void append(ContractDefinitions::Definitions& all, ContractDefinitions::Definitions more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

ContractDefinitions::ContractDefinitions(platform::engine::Engine& engine) : engine_(engine) {
  engine.store().on_change([weak = std::weak_ptr(known_)](const platform::store::Change& change) {
    const auto known = weak.lock();
    const bool is_of_another_process = change.at == Instant{};
    if (!known || !is_of_another_process || !change.is_of(Document::kind())) return;
    ++known->changes;
    if (change.is_unknown()) known->all_say.clear();
    known->all_say.erase(change.context);
  });
}

Task<Result<ContractDefinitions::Definitions>> ContractDefinitions::naming(
    ContextId context, std::vector<offer::AssetId> assets) {
  Definitions found;
  for (std::size_t begin = 0; begin < assets.size(); begin += values_max) {
    std::vector<std::string> ids;
    for (std::size_t i = begin; i < std::min(assets.size(), begin + values_max); ++i)
      ids.push_back(assets[i].str());
    auto some = co_await those(context, is_one_of("assetId", ids));
    if (!some) co_return fail(std::move(some.error()));
    append(found, std::move(*some));
  }
  co_return found;
}

Task<Result<ContractDefinitions::Definitions>> ContractDefinitions::selecting(ContextId context) {
  auto found = co_await those(context, query::where("assetId", std::string()));
  if (!found) co_return fail(std::move(found.error()));
  auto others = co_await silent(std::move(context));
  if (!others) co_return fail(std::move(others.error()));
  append(*found, std::move(*others));
  co_return found;
}

Task<Result<ContractDefinitions::Definitions>> ContractDefinitions::covering(ContextId context,
                                                                             const offer::Asset& asset) {
  auto found = co_await naming(context, {asset.id});
  if (!found) co_return fail(std::move(found.error()));
  auto others = co_await selecting(std::move(context));
  if (!others) co_return fail(std::move(others.error()));
  append(*found, std::move(*others));
  std::erase_if(*found, [&](const offer::ContractDefinition& each) { return !offer::covers(each, asset); });
  co_return found;
}

/// Those that were stored by a version before, which did not say what they name. No index finds them, so that
/// there are none is remembered.
Task<Result<ContractDefinitions::Definitions>> ContractDefinitions::silent(ContextId context) {
  const auto known = known_;
  if (known->all_say.contains(context)) co_return Definitions{};
  const auto changes_before = known->changes;
  auto found = co_await those(context, query::where("assetId", query::Operator::is_null, {}));
  if (!found) co_return fail(std::move(found.error()));
  if (found->empty() && known->changes == changes_before) {
    if (known->all_say.size() >= all_say_max) known->all_say.clear();
    known->all_say.insert(std::move(context));
  }
  co_return found;
}

Task<Result<std::optional<ContractDefinitions::Definitions>>> ContractDefinitions::few_under(
    ContextId context, std::set<std::string> access_policies, std::size_t few_max) {
  if (access_policies.size() > values_max) co_return std::nullopt;
  query::Query asked;
  asked.where = is_one_of("accessPolicyId", access_policies);
  auto count = co_await engine_.store().count(context, Document::kind(), asked);
  if (!count) co_return fail(std::move(count.error()));
  if (*count > few_max) co_return std::nullopt;
  auto found = co_await those(std::move(context), std::move(asked.where));
  if (!found) co_return fail(std::move(found.error()));
  co_return std::optional(std::move(*found));
}

Task<Result<ContractDefinitions::Definitions>> ContractDefinitions::those(ContextId context,
                                                                          query::Predicate where) {
  Definitions found;
  query::Query asked;
  asked.where = std::move(where);
  asked.limit = page_size;
  for (;;) {
    auto page = co_await engine_.list<Document>(context, asked);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& each : page->entities) found.push_back(std::move(each.entity));
    if (!page->next) co_return found;
    auto after = query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    asked.after = std::move(*after);
  }
}

}  // namespace kontor::runtime::catalog
