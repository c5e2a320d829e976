#include "dataplane/http/open_flows.hpp"

namespace kontor::dataplane::http {

namespace flows = domain::data_flow;
using flows::Machine;

namespace {

constexpr int attempts_max = 8;

}  // namespace

std::unexpected<Error> not_let_in() {
  return fail(ErrorCode::forbidden, "the token is not good for this data, or not any more");
}

OpenFlows::OpenFlows(platform::engine::Engine& engine, platform::vault::Vault& vault,
                     const source::SourceKinds& sources, OpenFlowsLimits limits)
    : engine_(engine),
      sources_(sources),
      addresses_(vault),
      limits_(limits),
      kept_(std::make_shared<Kept>()) {
  engine.store().on_change([kept = std::weak_ptr(kept_)](const platform::store::Change& change) {
    const auto all = kept.lock();
    if (all && change.kind == Machine::kind().name) all->forget({change.context, change.entity});
  });
}

bool OpenFlows::is_recent(const OpenFlow& open) const {
  return !open.changed && engine_.clock().now() < open.read_at + limits_.age_max;
}

void OpenFlows::Kept::forget(const Key& key) {
  for (auto* table : {&flows, &loading}) {
    const auto found = table->find(key);
    if (found == table->end()) continue;
    found->second->changed = true;
    table->erase(found);
  }
}

Task<Result<std::shared_ptr<const OpenFlow>>> OpenFlows::admit(Claim claim) {
  const Key key{claim.context, claim.flow};
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    auto open = recent(key);
    if (!open) {
      auto loaded = co_await load(key);
      if (!loaded) co_return fail(std::move(loaded.error()));
      open = std::move(*loaded);
    }
    if (open->changed) continue;
    if (!flows::accepts_token(open->flow, claim.token_sha256, engine_.clock().now())) co_return not_let_in();
    co_return std::shared_ptr<const OpenFlow>(std::move(open));
  }
  co_return fail(ErrorCode::unavailable, "the data flow changes faster than it can be read");
}

std::shared_ptr<OpenFlow> OpenFlows::recent(const Key& key) {
  const auto found = kept_->flows.find(key);
  if (found == kept_->flows.end()) return nullptr;
  auto open = found->second;
  if (is_recent(*open)) return open;
  kept_->forget(key);
  return nullptr;
}

/// The flow from the store. A commit during the load marks the result, which then is not used.
Task<Result<std::shared_ptr<OpenFlow>>> OpenFlows::load(Key key) {
  const auto kept = kept_;
  const auto open = kept->loading.try_emplace(key, std::make_shared<OpenFlow>()).first->second;
  const auto done = [&] {
    const auto found = kept->loading.find(key);
    if (found != kept->loading.end() && found->second == open) kept->loading.erase(found);
  };
  const auto read_at = engine_.clock().now();
  auto loaded = co_await engine_.load<Machine>(key.first, key.second);
  if (!loaded) {
    done();
    const bool trouble =
        loaded.error().row().retry == Retry::later || loaded.error().code == ErrorCode::internal;
    if (trouble) co_return fail(std::move(loaded.error()));
    co_return not_let_in();
  }
  const auto& flow = loaded->entity;
  const bool serves = flow.state == flows::State::started && flows::owns_address(flow) && flow.source;
  if (!serves) {
    done();
    co_return not_let_in();
  }
  auto source = co_await read_source(key.first, flow);
  done();
  // Closed while it was read: its secrets may be gone already.
  if (open->changed) co_return open;
  if (!source) co_return fail_as(ErrorCode::storage_failed, std::move(source.error()), "read the source");
  open->flow = std::move(loaded->entity);
  open->source = std::move(*source);
  open->read_at = read_at;
  if (kept->flows.size() >= limits_.flows_max) {
    const auto victim = kept->flows.begin()->first;
    kept->forget(victim);
  }
  kept->flows.insert_or_assign(std::move(key), open);
  co_return open;
}

Task<Result<std::shared_ptr<source::Source>>> OpenFlows::read_source(ContextId context,
                                                                     flows::DataFlow flow) {
  auto address = co_await addresses_.open(context, *flow.source);
  if (!address) co_return fail(std::move(address.error()));
  co_return co_await sources_.open(source::reader_of(std::move(context), flow.terms), std::move(*address));
}

}  // namespace kontor::dataplane::http
