#include "dataplane/http/open_flows.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace kontor::dataplane::http {

namespace flows = domain::data_flow;
using flows::Machine;

namespace {

constexpr int attempts_max = 8;
constexpr Duration pause_min = std::chrono::milliseconds(10);

}  // namespace

std::unexpected<Error> not_let_in() {
  return fail(ErrorCode::forbidden, "the token is not good for this data, or not any more");
}

OpenFlows::OpenFlows(Services services, OpenFlowsLimits limits)
    : services_(services), addresses_(services.vault), limits_(limits) {}

std::shared_ptr<OpenFlows> OpenFlows::make(Services services, OpenFlowsLimits limits) {
  std::shared_ptr<OpenFlows> made(new OpenFlows(services, limits));
  services.replicas.forget_with([kept = std::weak_ptr(made)](const ContextId& context, const EntityId& flow) {
    const auto all = kept.lock();
    if (all && flow.empty()) all->forget_all();
    if (all && !flow.empty()) all->forget({context, flow});
  });
  services.engine.store().on_change([kept = std::weak_ptr(made)](const platform::store::Change& change) {
    const auto all = kept.lock();
    if (all && change.kind == Machine::kind().name) all->forget({change.context, change.entity});
  });
  return made;
}

bool OpenFlows::is_recent(const OpenFlow& open) const {
  return !open.changed && services_.replicas.may_serve() &&
         services_.engine.clock().now() < open.read_at + limits_.age_max;
}

void OpenFlows::forget(const Key& key) {
  drop(key);
  if (running_.contains(key)) services_.scope.spawn(review(shared_from_this(), key));
}

void OpenFlows::drop(const Key& key) {
  if (const auto found = flows_.find(key); found != flows_.end()) {
    found->second->changed = true;
    flows_.erase(found);
  }
  if (const auto found = loading_.find(key); found != loading_.end()) {
    found->second->open->changed = true;
    loading_.erase(found);
  }
}

void OpenFlows::forget_all() {
  std::set<Key> keys;
  for (const auto& [key, open] : flows_) keys.insert(key);
  for (const auto& [key, loading] : loading_) keys.insert(key);
  for (const auto& [key, running] : running_) keys.insert(key);
  for (const auto& key : keys) forget(key);
}

std::shared_ptr<Running> OpenFlows::begin(Claim claim, std::shared_ptr<const OpenFlow> open) {
  const auto place = running_.emplace(Key{claim.context, claim.flow}, std::weak_ptr<Running>());
  const auto end = [self = weak_from_this(), place](Running* running) {
    if (const auto all = self.lock()) all->running_.erase(place);
    delete running;
  };
  std::shared_ptr<Running> running(new Running{std::move(claim), std::move(open)}, end);
  place->second = running;
  if (!next_look_) look_again_later();
  return running;
}

Task<void> OpenFlows::review(std::shared_ptr<OpenFlows> self, Key key) {
  std::vector<std::shared_ptr<Running>> under_way;
  const auto [first, last] = self->running_.equal_range(key);
  for (auto each = first; each != last; ++each) under_way.push_back(each->second.lock());
  for (const auto& running : under_way) {
    auto still = co_await self->go_on(running);
    if (!still) running->over.interrupt();
  }
}

/// For what the store does not announce: one look at a time at all answers whose copies are too old by then.
void OpenFlows::look_again_later() {
  const auto look = [self = weak_from_this()] {
    const auto all = self.lock();
    if (!all) return;
    all->next_look_.reset();
    std::set<Key> old;
    for (const auto& [key, each] : all->running_) {
      const auto running = each.lock();
      if (running && !all->is_recent(*running->open)) old.insert(key);
    }
    for (const auto& key : old) all->services_.scope.spawn(review(all, key));
    if (!all->running_.empty()) all->look_again_later();
  };
  auto& clock = services_.engine.clock();
  next_look_ = clock.alarm(clock.now() + std::max(limits_.age_max, pause_min), look);
}

Task<Result<std::shared_ptr<const OpenFlow>>> OpenFlows::admit(const Claim& claim) {
  return find({claim.context, claim.flow}, [this, &claim](const flows::DataFlow& flow) {
    return flows::accepts_token(flow, claim.token_sha256, services_.engine.clock().now());
  });
}

Task<Result<void>> OpenFlows::go_on(std::shared_ptr<Running> running) {
  auto still = co_await find({running->claim.context, running->claim.flow}, [&](const flows::DataFlow& flow) {
    return flows::is_open_since(flow, running->open->flow);
  });
  if (!still) co_return fail(std::move(still.error()));
  running->open = std::move(*still);
  co_return Result<void>{};
}

Task<Result<std::shared_ptr<const OpenFlow>>> OpenFlows::find(Key key, LetsIn lets_in) {
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    auto open = recent(key);
    if (!open) {
      auto loaded = co_await load(key);
      if (!loaded) co_return fail(std::move(loaded.error()));
      open = std::move(*loaded);
    }
    if (open->changed) continue;
    if (!lets_in(open->flow)) co_return not_let_in();
    if (auto may = services_.replicas.may_serve(); !may) co_return fail(std::move(may.error()));
    co_return std::shared_ptr<const OpenFlow>(std::move(open));
  }
  co_return fail(ErrorCode::unavailable, "the data flow changes faster than it can be read");
}

std::shared_ptr<OpenFlow> OpenFlows::recent(const Key& key) {
  const auto found = flows_.find(key);
  if (found == flows_.end()) return nullptr;
  auto open = found->second;
  if (is_recent(*open)) return open;
  drop(key);
  return nullptr;
}

/// Who comes while a flow is looked up waits for that look: each has the same flow and the same source.
Task<Result<std::shared_ptr<OpenFlow>>> OpenFlows::load(Key key) {
  const auto found = loading_.find(key);
  if (found == loading_.end()) co_return co_await load_new(std::move(key));
  const auto loading = found->second;
  const bool ended = co_await loading->ended.wait(0, platform::async::Deadline::never());
  if (!ended) co_return fail(ErrorCode::cancelled, "nobody waits for the data flow any more");
  if (loading->outcome) co_return *loading->outcome;
  loading->open->changed = true;
  co_return loading->open;
}

/// The flow from the store. A commit during the load marks the result, which then is not used.
Task<Result<std::shared_ptr<OpenFlow>>> OpenFlows::load_new(Key key) {
  const auto self = shared_from_this();
  const auto loading = std::make_shared<Loading>(
      platform::async::Signal(services_.scope.executor(), services_.engine.clock()));
  loading_.insert_or_assign(key, loading);
  const auto& open = loading->open;
  auto done = co_await read(key, open);
  const auto found = loading_.find(key);
  if (found != loading_.end() && found->second == loading) loading_.erase(found);
  Result<std::shared_ptr<OpenFlow>> outcome = open;
  // Closed while it was read: its secrets may be gone already.
  if (!done && !open->changed) outcome = fail(std::move(done.error()));
  if (outcome || outcome.error().code != ErrorCode::cancelled) loading->outcome = outcome;
  if (outcome && !open->changed) {
    if (flows_.size() >= limits_.flows_max) {
      const auto victim = flows_.begin()->first;
      drop(victim);
    }
    flows_.insert_or_assign(std::move(key), open);
  }
  loading->ended.notify();
  co_return outcome;
}

Task<Result<void>> OpenFlows::read(Key key, std::shared_ptr<OpenFlow> open) {
  open->read_at = services_.engine.clock().now();
  auto loaded = co_await services_.engine.load<Machine>(key.first, key.second);
  if (!loaded) {
    const bool trouble =
        loaded.error().row().retry == Retry::later || loaded.error().code == ErrorCode::internal;
    if (trouble) co_return fail(std::move(loaded.error()));
    co_return not_let_in();
  }
  const auto& flow = loaded->entity;
  const bool serves = flow.state == flows::State::started && flows::owns_address(flow) && flow.source;
  if (!serves) co_return not_let_in();
  auto source = co_await read_source(key.first, flow);
  if (!source) co_return fail_as(ErrorCode::storage_failed, std::move(source.error()), "read the source");
  open->flow = std::move(loaded->entity);
  open->source = std::move(*source);
  co_return Result<void>{};
}

Task<Result<std::shared_ptr<source::Source>>> OpenFlows::read_source(ContextId context,
                                                                     flows::DataFlow flow) {
  auto address = co_await addresses_.open(context, *flow.source);
  if (!address) co_return fail(std::move(address.error()));
  co_return co_await services_.sources.open(source::reader_of(std::move(context), flow.terms),
                                            std::move(*address));
}

}  // namespace kontor::dataplane::http
