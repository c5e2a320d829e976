#include "runtime/events/assembly.hpp"

#include "protocol/api/management/event_routes.hpp"

namespace kontor::runtime::events {

namespace http = platform::http;
namespace management = protocol::api::management;
using platform::routing::Call;

namespace {

Task<Result<http::Response>> stream(EventStreams& streams, participant_context::ParticipantContexts& contexts,
                                    Call call) {
  auto owner = co_await contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  std::optional<std::string> last;
  if (const auto id = call.headers.get("Last-Event-ID")) last = std::string(*id);
  auto body = co_await streams.open(call.context, std::move(last));
  if (!body) co_return fail(std::move(body.error()));
  http::Response response{200, {}, {.stream = std::move(*body)}};
  response.headers.set("Content-Type", std::string(management::stream_events.info.answers));
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

}  // namespace

platform::config::Fields fields_of(platform::config::Type<EventsConfig>) {
  using C = EventsConfig;
  using platform::config::field;
  return {
      field("heartbeat", &C::heartbeat, "longest silence of a stream of events")
          .at_least(std::chrono::milliseconds(100)),
      field("age_max", &C::age_max,
            "a stream ends after this time, so that its client comes again with a token that is still good")
          .at_least(std::chrono::milliseconds(1000)),
      field("streams_max", &C::streams_max, "streams of events that are open at a time").at_least(1),
      field("streams_per_context_max", &C::streams_per_context_max, "of these, for one participant")
          .at_least(1),
      field("publish", &C::publish,
            "tell the bus of every event, as a CloudEvent with the subject `events.` and its name; takes a "
            "commit for "
            "each event"),
  };
}

void bind_event_routes(platform::routing::Router& router, EventStreams& streams,
                       participant_context::ParticipantContexts& contexts) {
  router.bind_raw(management::stream_events.info, [&streams, &contexts](Call call, http::Request) {
    return stream(streams, contexts, std::move(call));
  });
  router.on_drain([&streams] { streams.close(); });
}

Result<platform::assembly::Built<EventsAssembly::Provides>> EventsAssembly::build(Requires needs,
                                                                                  const Config& config) {
  auto streams = std::make_unique<EventStreams>(
      needs.get<platform::async::Scope>(), needs.get<platform::engine::Engine>(),
      EventStreamsConfig{config.heartbeat, config.age_max, config.streams_max,
                         config.streams_per_context_max});
  bind_event_routes(needs.get<platform::routing::Router>(), *streams,
                    needs.get<participant_context::ParticipantContexts>());
  auto relay =
      std::make_unique<EventRelay>(needs.get<platform::async::Scope>(), needs.get<platform::engine::Engine>(),
                                   needs.get<platform::bus::Bus>(), config.publish);
  return platform::assembly::Built<Provides>{std::move(streams), std::move(relay)};
}

Task<Result<void>> EventsAssembly::start(Provides provided) {
  co_return co_await provided.get<EventRelay>().start();
}

}  // namespace kontor::runtime::events
