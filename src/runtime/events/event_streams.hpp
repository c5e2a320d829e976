#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/message.hpp"

namespace kontor::runtime::events {

struct EventStreamsConfig {
  Duration heartbeat = std::chrono::seconds(15);  ///< longest silence
  /// A stream ends then and its client comes again, with a token that is still good.
  Duration age_max = std::chrono::minutes(15);
  std::size_t streams_max = 1000;
  std::size_t streams_per_context_max = 32;
};

/// What happens in a participant's context, live, as server-sent events (WHATWG HTML §9.2).
///
/// A stream is a place in what the store keeps of events: it asks for the next page when its reader has taken
/// the last one, and holds nothing else. So a slow reader costs one page, and the connection closes it when
/// it stands still; what a stream has told it has read from what is durable, in order of commit. It is woken
/// by commits, those of other replicas too, and otherwise sends a comment when its heartbeat is due. Used on
/// the io thread.
class EventStreams {
 public:
  EventStreams(platform::async::Scope& scope, platform::engine::Engine& engine, EventStreamsConfig config);
  ~EventStreams();

  /// Begins behind the event `last_event_id`, or with what happens from now on. `0` is before everything that
  /// is kept. An id that no event of this context has, or has any more, resumes nothing: the stream says so
  /// and begins now. Errors: too_many_requests, unavailable (closing), those of the store.
  Task<Result<std::shared_ptr<platform::http::BodyStream>>> open(ContextId context,
                                                                 std::optional<std::string> last_event_id);
  /// Ends all streams; none is opened any more.
  void close();

 private:
  class Stream;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::events
