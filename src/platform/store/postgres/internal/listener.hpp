#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/store/postgres/internal/connection.hpp"
#include "platform/store/postgres/internal/write.hpp"

namespace kontor::platform::store::postgres {

struct ListenerConfig {
  SessionConfig session;
  Announcement own;          ///< what this replica announces itself is left out
  Duration reconnect_delay;  ///< between attempts while the server is away
};

/// What other replicas told.
struct Heard {
  std::vector<Change> changes = {};
  std::vector<Work> work = {};
};

/// Hears what other replicas commit, on a connection and a thread of its own. What happens while the server
/// cannot be reached is missed; afterwards it is told that something may have been, of changes and of work.
class Listener {
 public:
  using Tell = std::function<void(const Heard&)>;  ///< on the io thread

  static Result<std::unique_ptr<Listener>> start(boost::asio::any_io_executor executor, ListenerConfig config,
                                                 Tell tell);
  ~Listener();  ///< ends the thread; nothing is told any more

 private:
  struct State;
  explicit Listener(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::store::postgres
