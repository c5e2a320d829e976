#include "runtime/events/event_streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "base/json/json.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "protocol/api/management/events.hpp"

namespace kontor::runtime::events {

namespace async = platform::async;
namespace management = protocol::api::management;
namespace store = platform::store;

namespace {

constexpr std::size_t page_events = 100;
constexpr std::string_view heartbeat_comment = ":\n\n";
/// How long a client waits before it comes again, in milliseconds.
constexpr std::string_view opening = "retry: 2000\n";

std::optional<std::uint64_t> sequence_of(std::string_view id) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), sequence);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  if (sequence > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
  return sequence;
}

std::string written(const store::StoredEvent& stored) {
  const auto envelope = management::event_envelope({.id = std::to_string(stored.sequence),
                                                    .context = stored.context,
                                                    .at = stored.at,
                                                    .name = stored.event.name,
                                                    .entity = stored.event.entity,
                                                    .body = stored.event.body});
  if (!envelope) return {};
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", stored.sequence, stored.event.name, *envelope);
}

std::string not_resumed(std::string_view id) {
  const json::Object told{
      {"lastEventId", text::for_log(id, 64)},
      {"reason", "no event that is kept of this participant has this id; what follows begins now"}};
  return fmt::format("event: stream.notResumed\ndata: {}\n\n", json::serialize(told));
}

}  // namespace

struct EventStreams::State {
  /// The readers of one context.
  struct Audience {
    async::Signal changed;
    std::size_t streams = 0;
  };

  async::Scope& scope;
  store::Store& store;
  async::Clock& clock;
  EventStreamsConfig config;
  bool closing = false;
  std::size_t streams = 0;
  std::map<ContextId, Audience> audiences = {};

  Result<void> check_room(const ContextId& context) const {
    if (closing) return fail(ErrorCode::unavailable, "this process is stopping");
    const auto found = audiences.find(context);
    const auto of_context = found == audiences.end() ? std::size_t{0} : found->second.streams;
    if (streams < config.streams_max && of_context < config.streams_per_context_max) return {};
    return fail(ErrorCode::too_many_requests,
                "there are {} streams of events for this participant and {} in all; close one", of_context,
                streams);
  }

  void changed(const ContextId& context) {
    const auto found = audiences.find(context);
    if (found != audiences.end()) found->second.changed.notify();
  }
  void anything_changed() {
    for (auto& [context, audience] : audiences) audience.changed.notify();
  }
};

class EventStreams::Stream : public platform::http::BodyStream {
 public:
  Stream(std::shared_ptr<State> state, ContextId context, std::uint64_t cursor, std::string begin)
      : state_(std::move(state)),
        context_(std::move(context)),
        audience_(
            state_->audiences.try_emplace(context_, async::Signal(state_->scope.executor(), state_->clock))
                .first->second),
        cursor_(cursor),
        begin_(std::move(begin)),
        ends_at_(state_->clock.now() + state_->config.age_max) {
    ++audience_.streams;
    ++state_->streams;
  }

  ~Stream() override {
    --state_->streams;
    if (--audience_.streams == 0) state_->audiences.erase(context_);
  }

  Task<Result<std::string>> read() override {
    if (!begin_.empty()) co_return std::exchange(begin_, {});
    const async::Deadline due{std::min(ends_at_, state_->clock.now() + state_->config.heartbeat)};
    while (!state_->closing && state_->clock.now() < ends_at_) {
      const auto ticket = audience_.changed.ticket();
      auto page = co_await state_->store.events_of(context_, cursor_, page_events);
      if (!page) co_return fail(std::move(page.error()));
      auto text = take(*page);
      if (!text.empty()) co_return text;
      if (page->size() == page_events) continue;
      const bool woken = co_await audience_.changed.wait(ticket, due);
      if (woken) continue;
      if (co_await async::cancelled()) break;
      if (due.at < ends_at_) co_return std::string(heartbeat_comment);
    }
    co_return std::string();
  }

 private:
  std::string take(const std::vector<store::StoredEvent>& page) {
    std::string text;
    for (const auto& event : page) {
      cursor_ = event.sequence;
      text += written(event);
    }
    return text;
  }

  std::shared_ptr<State> state_;
  ContextId context_;
  State::Audience& audience_;
  std::uint64_t cursor_;
  std::string begin_;
  Instant ends_at_;
};

EventStreams::EventStreams(async::Scope& scope, platform::engine::Engine& engine, EventStreamsConfig config)
    : state_(std::make_shared<State>(scope, engine.store(), engine.clock(), config)) {
  engine.store().on_change([weak = std::weak_ptr(state_)](const store::Change& change) {
    const auto state = weak.lock();
    if (!state) return;
    if (change.is_unknown()) return state->anything_changed();
    state->changed(change.context);
  });
}
EventStreams::~EventStreams() {
  close();
}

Task<Result<std::shared_ptr<platform::http::BodyStream>>> EventStreams::open(
    ContextId context, std::optional<std::string> last_event_id) {
  auto state = state_;
  std::optional<std::uint64_t> cursor;
  if (last_event_id) cursor = sequence_of(*last_event_id);
  if (cursor && *cursor > 0) {
    auto named = co_await state->store.events_of(context, *cursor - 1, 1);
    if (!named) co_return fail(std::move(named.error()));
    if (named->empty() || named->front().sequence != *cursor) cursor.reset();
  }
  std::string begin(opening);
  if (!cursor) {
    auto last = co_await state->store.last_event_of(context);
    if (!last) co_return fail(std::move(last.error()));
    cursor = *last;
    begin += fmt::format("id: {}\n", *last);
    begin += last_event_id ? not_resumed(*last_event_id) : "\n";
  } else {
    begin += "\n";
  }
  if (auto room = state->check_room(context); !room) co_return fail(std::move(room.error()));
  co_return std::make_shared<Stream>(std::move(state), std::move(context), *cursor, std::move(begin));
}

void EventStreams::close() {
  state_->closing = true;
  for (auto& [context, audience] : state_->audiences) audience.changed.notify();
}

}  // namespace kontor::runtime::events
