#include "runtime/credential_service/held_credentials.hpp"

#include <utility>

#include "base/lru/lru.hpp"
#include "runtime/credential_service/room.hpp"

namespace kontor::runtime::credential_service {

using domain::credential::Machine;
using domain::credential::StoredCredential;

namespace {

constexpr std::size_t participants_max = 4096;
constexpr std::size_t bytes_max = 16UL * 1024 * 1024;
/// What an octet of a token takes with what it says beside it, decoded.
constexpr std::size_t bytes_per_octet = 5;

std::size_t bytes_of(const std::vector<StoredCredential>& all) {
  std::size_t bytes = sizeof(all);
  for (const auto& each : all) bytes += sizeof(each) + each.token.size() * bytes_per_octet;
  return bytes;
}

}  // namespace

struct HeldCredentials::State {
  /// Empty while it is read. A change takes it out, so what is read meanwhile is not found again.
  using Entry = std::shared_ptr<All>;

  Task<Result<All>> read(ContextId context);

  platform::engine::Engine& engine;
  Lru<ContextId, Entry> entries{participants_max, bytes_max};
};

HeldCredentials::HeldCredentials(platform::engine::Engine& engine) : state_(new State{engine}) {
  engine.store().on_change([weak = std::weak_ptr(state_)](const platform::store::Change& change) {
    auto alive = weak.lock();
    if (alive && change.kind == Machine::kind().name) alive->entries.erase(change.context);
  });
}

HeldCredentials::~HeldCredentials() = default;

Task<Result<HeldCredentials::All>> HeldCredentials::of(ContextId context) {
  auto state = state_;
  if (state->engine.store().shared()) co_return co_await state->read(std::move(context));
  const auto* known = state->entries.find(context);
  if (known && **known) co_return **known;
  auto entry = known ? *known : std::make_shared<All>();
  if (!known) state->entries.put(context, entry);
  auto all = co_await state->read(context);
  if (!all) co_return fail(std::move(all.error()));
  *entry = *all;
  const auto* now = state->entries.find(context);
  if (now && *now == entry) state->entries.weigh(context, bytes_of(**all));
  co_return std::move(*all);
}

Task<Result<HeldCredentials::All>> HeldCredentials::State::read(ContextId context) {
  protocol::query::Query query;
  query.limit = credentials_kept_limit;
  auto page = co_await engine.list<Machine>(std::move(context), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<StoredCredential> held;
  held.reserve(page->entities.size());
  for (auto& each : page->entities) held.push_back(std::move(each.entity));
  co_return std::make_shared<const std::vector<StoredCredential>>(std::move(held));
}

}  // namespace kontor::runtime::credential_service
