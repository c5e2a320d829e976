#include "runtime/events/event_relay.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "protocol/api/management/events.hpp"

namespace kontor::runtime::events {

namespace async = platform::async;
namespace bus = platform::bus;
namespace management = protocol::api::management;
namespace store = platform::store;

namespace {

constexpr std::size_t page_events = 100;
constexpr std::string_view stream = "events";
constexpr std::string_view bucket = "event-relay";
constexpr std::string_view place_key = "place";
constexpr Duration again_after = std::chrono::seconds(1);
constexpr Duration silence_max = std::chrono::hours(24);

std::uint64_t sequence_in(std::string_view text) {
  std::uint64_t sequence = 0;
  std::from_chars(text.data(), text.data() + text.size(), sequence);
  return sequence;
}

/// None: the event is our own affair.
std::optional<bus::Message> message_of(const store::StoredEvent& stored) {
  auto event = management::cloud_event({.id = std::to_string(stored.sequence),
                                        .context = stored.context,
                                        .at = stored.at,
                                        .name = stored.event.name,
                                        .entity = stored.event.entity,
                                        .body = stored.event.body});
  if (!event) return std::nullopt;
  return bus::Message{.subject = "events." + stored.event.name,
                      .body = std::move(*event),
                      .id = std::to_string(stored.sequence),
                      .headers = {{"Content-Type", "application/cloudevents+json"}}};
}

}  // namespace

struct EventRelay::State : std::enable_shared_from_this<State> {
  State(async::Scope& scope_in, platform::engine::Engine& engine, bus::Bus& bus_in, bool publishes_in)
      : publishes(publishes_in),
        scope(scope_in),
        events(engine.store()),
        clock(engine.clock()),
        to(bus_in),
        changed(scope_in.executor(), engine.clock()) {}

  bool publishes;
  async::Scope& scope;
  store::Store& events;
  async::Clock& clock;
  bus::Bus& to;
  async::Signal changed;
  std::uint64_t place = 0;           ///< sequence of the last event that was told
  std::uint64_t place_revision = 0;  ///< of the bus's entry

  Task<Result<void>> read_place() {
    auto entry = co_await to.get(std::string(bucket), std::string(place_key));
    if (!entry) co_return fail(std::move(entry.error()));
    if (!*entry) co_return Result<void>();
    place = std::max(place, sequence_in((*entry)->value));
    place_revision = (*entry)->revision;
    co_return Result<void>();
  }

  /// Another replica may have come as far meanwhile, or further.
  Task<Result<void>> keep_place() {
    auto kept =
        co_await to.put(std::string(bucket), std::string(place_key), std::to_string(place), place_revision);
    if (kept) {
      place_revision = *kept;
      co_return Result<void>();
    }
    const bool overtaken =
        kept.error().code == ErrorCode::version_conflict || kept.error().code == ErrorCode::conflict;
    if (!overtaken) co_return fail(std::move(kept.error()));
    co_return co_await read_place();
  }

  /// How many events were looked at.
  Task<Result<std::size_t>> tell_page() {
    auto page =
        co_await events.events(store::SystemScope("the bus is told of all contexts"), place, page_events);
    if (!page) co_return fail(std::move(page.error()));
    for (const auto& event : *page) {
      if (auto message = message_of(event)) {
        auto published = co_await to.publish(std::move(*message));
        if (!published) co_return fail(std::move(published.error()));
      }
      place = event.sequence;
    }
    if (page->empty()) co_return std::size_t{0};
    auto kept = co_await keep_place();
    if (!kept) co_return fail(std::move(kept.error()));
    co_return page->size();
  }

  Task<void> run() {
    auto self = shared_from_this();
    for (bool goes_on = true; goes_on;) {
      const auto ticket = changed.ticket();
      auto told = co_await tell_page();
      if (!told) {
        auto waited = co_await clock.wait_until(clock.now() + again_after);
        goes_on = waited.has_value();
      } else if (*told == 0) {
        const bool woken = co_await changed.wait(ticket, async::Deadline::after(clock, silence_max));
        goes_on = woken || !co_await async::cancelled();
      }
    }
  }
};

EventRelay::EventRelay(async::Scope& scope, platform::engine::Engine& engine, bus::Bus& bus, bool publishes)
    : state_(std::make_shared<State>(scope, engine, bus, publishes)) {
  if (!publishes) return;
  engine.store().on_change([weak = std::weak_ptr(state_)](const store::Change&) {
    if (auto state = weak.lock()) state->changed.notify();
  });
}

EventRelay::~EventRelay() = default;

Task<Result<void>> EventRelay::start() {
  if (!state_->publishes) co_return Result<void>();
  auto added = co_await state_->to.add_stream({.name = std::string(stream), .subjects = {"events.>"}});
  if (!added) co_return fail(std::move(added.error()));
  auto read = co_await state_->read_place();
  if (!read) co_return fail(std::move(read.error()));
  state_->scope.spawn(state_->run());
  co_return Result<void>();
}

}  // namespace kontor::runtime::events
