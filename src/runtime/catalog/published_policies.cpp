#include "runtime/catalog/published_policies.hpp"

#include <utility>

namespace kontor::runtime::catalog {

namespace offer = domain::offer;
namespace query = protocol::query;

namespace {

constexpr std::uint32_t page_size = 1000;

}  // namespace

Task<Result<PublishedPolicies::Policies>> PublishedPolicies::all(ContextId context) {
  Policies policies;
  query::Query asked;
  asked.limit = page_size;
  for (;;) {
    auto page = co_await engine_.list_stored(context, offer::PolicyDefinitionDocument::kind(), asked);
    if (!page) co_return fail(std::move(page.error()));
    for (auto& record : page->records) {
      auto id = record.id.str();
      auto policy = meaning_of(std::move(record));
      // What cannot be read is not there, and refuses.
      if (policy) policies.emplace(std::move(id), std::move(*policy));
    }
    if (!page->next) co_return policies;
    auto after = query::read_cursor(*page->next);
    if (!after) co_return fail(std::move(after.error()));
    asked.after = std::move(*after);
  }
}

Result<std::shared_ptr<const protocol::odrl::Policy>> PublishedPolicies::meaning_of(
    platform::store::Record record) {
  if (const auto* known = kept_.find(record.body)) return *known;
  auto definition = offer::PolicyDefinitionDocument::decode(record.body, record.codec_version);
  if (!definition) return fail(std::move(definition.error()), "read the policy definition {}", record.id);
  auto policy = std::make_shared<const protocol::odrl::Policy>(std::move(definition->policy));
  kept_.put(record.body, policy);
  return policy;
}

}  // namespace kontor::runtime::catalog
