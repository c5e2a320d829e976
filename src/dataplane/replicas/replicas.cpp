#include "dataplane/replicas/replicas.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random/random.hpp"
#include "domain/plane_replica/decide.hpp"
#include "platform/async/signal.hpp"

namespace kontor::dataplane::replicas {

namespace async = platform::async;
namespace plane = domain::plane_replica;
using platform::engine::Command;
using platform::engine::Engine;

namespace {

constexpr std::uint32_t replicas_max = 1000;
constexpr std::size_t closings_max = 1000;

struct Asked {
  plane::Closing closing;
  bool written = false;
};

}  // namespace

struct Replicas::State : std::enable_shared_from_this<Replicas::State> {
  State(async::Scope& scope_in, Engine& engine_in, Duration lease_in)
      : scope(scope_in),
        engine(engine_in),
        lease(lease_in),
        id(new_uuid(engine_in.random())),
        heard(scope_in.executor(), engine_in.clock()),
        renewing(scope_in.executor()) {}

  void listen();
  void forget(const ContextId& context, const EntityId& flow);
  Task<Result<std::vector<plane::Replica>>> all();
  bool take_closings(const std::vector<plane::Replica>& replicas);
  Task<Result<void>> renew();
  Task<Result<void>> say();
  Task<void> keep();
  Task<Result<void>> write_closing(std::string closing);
  Task<Result<void>> wait_for_others(std::string closing, async::Deadline deadline);

  async::Scope& scope;
  Engine& engine;
  Duration lease;
  std::string id;
  std::vector<Forget> caches;
  std::function<Result<void>()> condition;
  std::vector<Asked> asked;
  std::vector<std::string> confirmed;
  Instant serve_until = Instant::min();
  bool left = false;
  async::Signal heard;
  async::Mutex renewing;
};

Replicas::Replicas(async::Scope& scope, Engine& engine, Duration lease)
    : state_(std::make_shared<State>(scope, engine, lease)) {
  state_->listen();
}

Replicas::~Replicas() = default;

void Replicas::forget_with(Forget forget) {
  state_->caches.push_back(std::move(forget));
}

Task<Result<void>> Replicas::start() {
  const auto state = state_;
  if (!state->engine.store().shared()) co_return Result<void>{};
  auto taken = co_await state->renew();
  if (!taken) co_return fail(std::move(taken.error()), "take the lease of this replica");
  state->scope.spawn(state->keep());
  co_return Result<void>{};
}

Task<void> Replicas::leave() {
  const auto state = state_;
  if (!state->engine.store().shared()) co_return;
  const auto guard = co_await state->renewing.lock();
  state->left = true;
  state->serve_until = Instant::min();
  state->heard.notify();
  Command command(platform::store::installation_context(), EntityId(state->id));
  [[maybe_unused]] auto gone =
      co_await state->engine.apply<plane::Machine>(std::move(command), plane::Left{});  // or it lapses
}

void Replicas::serve_while(std::function<Result<void>()> may_serve) {
  state_->condition = std::move(may_serve);
}

Result<void> Replicas::may_serve() const {
  if (state_->engine.store().shared() && state_->engine.clock().now() >= state_->serve_until)
    return fail(ErrorCode::unavailable, "this replica of the data plane is cut off from the others");
  return state_->condition ? state_->condition() : Result<void>{};
}

Task<Result<void>> Replicas::closed(ContextId context, EntityId flow, async::Deadline deadline) {
  const auto state = state_;
  if (!state->engine.store().shared()) co_return Result<void>{};
  state->forget(context, flow);
  if (state->asked.size() >= closings_max)
    co_return fail(ErrorCode::unavailable, "too many data flows are being closed at a time");
  auto closing = new_uuid(state->engine.random());
  state->asked.push_back({{closing, std::move(context), std::move(flow)}});
  auto done = co_await state->write_closing(closing);
  if (done) done = co_await state->wait_for_others(closing, deadline);
  std::erase_if(state->asked, [&](const Asked& each) { return each.closing.id == closing; });
  co_return done;
}

/// Word of other replicas, and of a connection that was lost: what was said meanwhile is unknown.
void Replicas::State::listen() {
  const auto weak = weak_from_this();
  engine.store().on_change([weak](const platform::store::Change& change) {
    const auto self = weak.lock();
    if (!self || change.kind != plane::Machine::kind().name) return;
    if (change.entity.str() != self->id) self->heard.notify();
  });
  engine.store().on_work([weak](const platform::store::Work& work) {
    const auto self = weak.lock();
    if (!self || !work.kind.empty()) return;
    self->forget({}, {});
    self->heard.notify();
  });
}

void Replicas::State::forget(const ContextId& context, const EntityId& flow) {
  for (const auto& cache : caches) cache(context, flow);
}

Task<Result<std::vector<plane::Replica>>> Replicas::State::all() {
  const auto self = shared_from_this();
  protocol::query::Query query;
  query.limit = replicas_max;
  auto page = co_await engine.list<plane::Machine>(platform::store::installation_context(), std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  std::vector<plane::Replica> replicas;
  for (auto& each : page->entities) replicas.push_back(std::move(each.entity));
  co_return replicas;
}

/// Forgets what others have closed. Whether something is to be confirmed that is not yet.
bool Replicas::State::take_closings(const std::vector<plane::Replica>& replicas) {
  std::vector<std::string> taken;
  bool news = false;
  for (const auto& replica : replicas) {
    if (replica.id == id) continue;
    for (const auto& closing : replica.closings) {
      forget(closing.context, closing.flow);
      news = news || std::ranges::find(confirmed, closing.id) == confirmed.end();
      taken.push_back(closing.id);
    }
  }
  confirmed = std::move(taken);
  return news;
}

Task<Result<void>> Replicas::State::renew() {
  const auto self = shared_from_this();
  const auto guard = co_await renewing.lock();
  co_return co_await say();
}

/// Who holds the lock says how things are: the lease, what is asked and what is confirmed.
Task<Result<void>> Replicas::State::say() {
  const auto self = shared_from_this();
  if (left) co_return Result<void>{};
  const auto now = engine.clock().now();
  auto others = co_await all();
  if (!others) co_return fail(std::move(others.error()));
  take_closings(*others);
  plane::Replica said{.id = id, .until = now + lease, .closings = {}, .confirmed = confirmed};
  for (const auto& each : asked) said.closings.push_back(each.closing);
  const auto written = said.closings;
  Command command(platform::store::installation_context(), EntityId(id));
  auto applied = co_await engine.apply<plane::Machine>(std::move(command), plane::Renewed{std::move(said)});
  if (!applied) co_return fail(std::move(applied.error()));
  serve_until = now + lease * 2 / 3;
  for (auto& each : asked) {
    each.written = each.written || std::ranges::find(written, each.closing) != written.end();
  }
  co_return Result<void>{};
}

/// Keeps the lease, and confirms at once what others have closed.
Task<void> Replicas::State::keep() {
  const auto self = shared_from_this();
  auto beat = engine.clock().now() + lease / 3;
  while (!left && !scope.closing()) {
    const auto ticket = heard.ticket();
    bool speak = engine.clock().now() >= beat;
    if (!speak) {
      auto others = co_await all();
      speak = others && take_closings(*others);
    }
    if (speak) {
      auto said = co_await renew();
      beat = engine.clock().now() + (said ? lease / 3 : lease / 12);
    }
    const bool notified = co_await heard.wait(ticket, {beat});
    if (!notified && engine.clock().now() < beat) co_return;
  }
}

/// Those that close at the same time share what is written.
Task<Result<void>> Replicas::State::write_closing(std::string closing) {
  const auto self = shared_from_this();
  const auto guard = co_await renewing.lock();
  const auto own = std::ranges::find(asked, closing, [](const Asked& each) { return each.closing.id; });
  if (own != asked.end() && own->written) co_return Result<void>{};
  co_return co_await say();
}

Task<Result<void>> Replicas::State::wait_for_others(std::string closing, async::Deadline deadline) {
  const auto self = shared_from_this();
  for (;;) {
    const auto ticket = heard.ticket();
    auto replicas = co_await all();
    if (!replicas) co_return fail(std::move(replicas.error()));
    const auto by = plane::closed_by(*replicas, id, closing);
    if (by <= engine.clock().now()) co_return Result<void>{};
    if (deadline.passed(engine.clock()))
      co_return fail(ErrorCode::timeout, "the flow is closed, and a replica has not confirmed it yet");
    const auto wake = std::min(by, deadline.at);
    const bool notified = co_await heard.wait(ticket, {wake});
    if (!notified && engine.clock().now() < wake)
      co_return fail(ErrorCode::cancelled, "the process is stopping");
  }
}

}  // namespace kontor::dataplane::replicas
