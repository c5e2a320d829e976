#include "dataplane/edge/contact.hpp"

#include "base/json/stored.hpp"
#include "platform/store/store.hpp"

namespace kontor::dataplane::edge {

using platform::engine::Command;
using platform::store::installation_context;

namespace {

const EntityId document_id("control-plane");

}  // namespace

const entity::Kind& AbsenceDocument::kind() {
  static constexpr entity::Kind kind{.name = "edge-absence"};
  return kind;
}
std::string AbsenceDocument::encode(const Entity& absence) {
  return json::encode(absence);
}
Result<Absence> AbsenceDocument::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Absence>(stored);
}

struct Contact::State {
  State(platform::async::Scope& scope_in, platform::engine::Engine& engine_in, Duration limit_in)
      : scope(scope_in), engine(engine_in), limit(limit_in) {}

  /// Until what is kept is what holds.
  static Task<void> keep(std::shared_ptr<State> state);
  Task<Result<void>> put(Absence next);

  platform::async::Scope& scope;
  platform::engine::Engine& engine;
  Duration limit;
  Absence now;
  Absence kept;
  bool keeping = false;
};

Contact::Contact(platform::async::Scope& scope, platform::engine::Engine& engine, Duration limit)
    : state_(std::make_shared<State>(scope, engine, limit)) {}
Contact::~Contact() = default;

Task<Result<void>> Contact::begin() {
  auto state = state_;
  auto loaded = co_await state->engine.load<AbsenceDocument>(installation_context(), document_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (loaded) state->kept = loaded->entity;
  state->now = after(state->kept, false, state->engine.clock().now());
  if (state->now == state->kept) co_return Result<void>{};
  co_return co_await state->put(state->now);
}

void Contact::seen(bool in_contact) {
  state_->now = after(state_->now, in_contact, state_->engine.clock().now());
  if (!std::exchange(state_->keeping, true)) state_->scope.spawn(State::keep(state_));
}

Result<void> Contact::may_serve() const {
  return edge::may_serve(state_->now, state_->limit, state_->engine.clock().now());
}

Task<void> Contact::State::keep(std::shared_ptr<State> state) {
  while (state->kept != state->now) {
    auto put = co_await state->put(state->now);
    if (!put) break;  // the next change tries again
  }
  state->keeping = false;
}

Task<Result<void>> Contact::State::put(Absence next) {
  auto loaded = co_await engine.load<AbsenceDocument>(installation_context(), document_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  Command command{installation_context(), document_id, "edge"};
  auto done = co_await engine.put<AbsenceDocument>(std::move(command), next, loaded ? loaded->version : 0);
  if (done) kept = next;
  co_return done;
}

}  // namespace kontor::dataplane::edge
