#include "runtime/dsp_endpoint/open_processes.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>

#include "base/lru/lru.hpp"

namespace kontor::runtime::dsp_endpoint {

using protocol::dsp::Pid;

namespace {

constexpr std::size_t peers_max = 4096;
constexpr std::size_t looks_max = 16;  ///< for one request
/// A change at another replica that this one was not told of is seen after this time.
constexpr auto look_at_all_after = std::chrono::minutes(1);

class Opened;
/// Whose each process is that is counted.
using Owners = std::map<std::pair<ContextId, EntityId>, Opened*>;

/// What one counter-party has open with one participant.
class Opened {
 public:
  Opened(std::shared_ptr<Owners> owners, ContextId context, Instant now)
      : looked_at_all(now), owners_(std::move(owners)), context_(std::move(context)) {}
  ~Opened() {
    for (const auto& id : all_) owners_->erase({context_, id});
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  std::size_t size() const { return all_.size(); }
  bool has(const EntityId& id) const { return all_.contains(id); }
  void take_in(EntityId id) {
    if (!all_.insert(id).second) return;
    look(id);
    owners_->insert_or_assign({context_, std::move(id)}, this);
  }
  void let_go(const EntityId& id) {
    if (all_.erase(id) > 0) owners_->erase({context_, id});
  }

  /// It may have ended.
  void look(const EntityId& id) {
    if (waiting_.insert(id).second) to_look_.push_back(id);
  }
  void look_at_all() {
    for (const auto& id : all_) look(id);
  }
  /// The next one to look at, those that changed first before the others.
  std::optional<EntityId> next() {
    if (to_look_.empty()) return std::nullopt;
    auto id = std::move(to_look_.front());
    to_look_.pop_front();
    waiting_.erase(id);
    return id;
  }

  bool is_to_look() const { return !to_look_.empty(); }

  Instant looked_at_all;
  bool is_read = false;      ///< from the store
  std::string refused_from;  ///< the address that was refused last; empty: none

 private:
  std::shared_ptr<Owners> owners_;
  ContextId context_;
  std::set<EntityId> all_;
  std::deque<EntityId> to_look_;
  std::set<EntityId> waiting_;  ///< those to look at, to find them
};

}  // namespace

struct OpenProcesses::State {
  Task<Result<std::shared_ptr<Opened>>> room(ContextId context, Did peer, EntityId id);
  Task<Result<void>> read_open(std::shared_ptr<Opened> opened, ContextId context, Did peer);
  Task<void> forget_ended(std::shared_ptr<Opened> opened, ContextId context);
  std::shared_ptr<Opened> opened_by(const ContextId& context, const Did& peer);
  bool is_minute_over(const Opened& opened) const {
    return clock.now() - opened.looked_at_all >= look_at_all_after;
  }
  void changed(const ContextId& context, const EntityId& id) {
    const auto found = owners->find({context, id});
    if (found != owners->end()) found->second->look(id);
  }

  std::size_t open_max;
  platform::async::Clock& clock;
  Known known;
  std::shared_ptr<Owners> owners = std::make_shared<Owners>();
  Lru<std::pair<ContextId, Did>, std::shared_ptr<Opened>> peers{peers_max};
};

OpenProcesses::OpenProcesses(std::size_t open_max, platform::async::Clock& clock, Known known)
    : state_(new State{open_max, clock, std::move(known)}) {}

namespace {

std::unexpected<Error> no_room(const Did& peer, const Opened& opened) {
  return fail(ErrorCode::too_many_requests,
              "{} has {} processes open with this participant, which is as many as it may", peer,
              opened.size());
}

}  // namespace

Result<void> OpenProcesses::presume(const Asker& claimed, const Pid& pid) const {
  const auto* found = state_->peers.find({claimed.context, claimed.peer});
  if (!found) return {};
  const auto& opened = **found;
  const bool was_refused = !opened.refused_from.empty() && opened.refused_from == claimed.address;
  if (!was_refused || opened.size() < state_->open_max || opened.has(entity_id(pid))) return {};
  if (opened.is_to_look() || state_->is_minute_over(opened)) return {};
  return no_room(claimed.peer, opened);
}

Task<Result<void>> OpenProcesses::check(Asker asker, Pid pid) {
  auto state = state_;
  auto opened = co_await state->room(asker.context, asker.peer, entity_id(pid));
  if (opened) co_return Result<void>{};
  if (opened.error().code == ErrorCode::too_many_requests)
    state->opened_by(asker.context, asker.peer)->refused_from = std::move(asker.address);
  co_return fail(std::move(opened.error()));
}

Task<Result<void>> OpenProcesses::admit(ContextId context, Did peer, Pid pid) {
  auto state = state_;
  auto opened = co_await state->room(std::move(context), std::move(peer), entity_id(pid));
  if (!opened) co_return fail(std::move(opened.error()));
  (*opened)->take_in(entity_id(pid));
  co_return Result<void>{};
}

void OpenProcesses::changed(const ContextId& context, const EntityId& id) {
  state_->changed(context, id);
}

void OpenProcesses::listen_to(platform::store::Store& store, const entity::Kind& kind) {
  store.on_change([weak = std::weak_ptr(state_), name = kind.name](const platform::store::Change& change) {
    if (change.kind != name) return;
    if (const auto state = weak.lock()) state->changed(change.context, change.entity);
  });
}

/// Where there is room for the process.
Task<Result<std::shared_ptr<Opened>>> OpenProcesses::State::room(ContextId context, Did peer, EntityId id) {
  auto opened = opened_by(context, peer);
  auto read = co_await read_open(opened, context, peer);
  if (!read) co_return fail(std::move(read.error()));
  if (opened->has(id)) co_return opened;
  if (opened->size() >= open_max) co_await forget_ended(opened, std::move(context));
  if (opened->size() < open_max) co_return opened;
  co_return no_room(peer, *opened);
}

std::shared_ptr<Opened> OpenProcesses::State::opened_by(const ContextId& context, const Did& peer) {
  if (const auto* found = peers.find({context, peer})) return *found;
  auto opened = std::make_shared<Opened>(owners, context, clock.now());
  peers.put({context, peer}, opened);
  return opened;
}

/// Two that read at the same time find the same.
Task<Result<void>> OpenProcesses::State::read_open(std::shared_ptr<Opened> opened, ContextId context,
                                                   Did peer) {
  if (opened->is_read) co_return Result<void>{};
  auto found = co_await known.find_open(std::move(context), std::move(peer), open_max);
  if (!found) co_return fail(std::move(found.error()));
  for (const auto& pid : *found) opened->take_in(entity_id(pid));
  opened->is_read = true;
  co_return Result<void>{};
}

Task<void> OpenProcesses::State::forget_ended(std::shared_ptr<Opened> opened, ContextId context) {
  if (is_minute_over(*opened)) {
    opened->looked_at_all = clock.now();
    opened->look_at_all();
  }
  for (std::size_t i = 0; i < looks_max; ++i) {
    const auto id = opened->next();
    if (!id) co_return;
    const bool ended = co_await known.has_ended(context, Pid(id->str()));
    if (ended) opened->let_go(*id);
  }
}

}  // namespace kontor::runtime::dsp_endpoint
