#include "platform/store/postgres/internal/listener.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <charconv>
#include <thread>

#include "base/text/text.hpp"

namespace kontor::platform::store::postgres {
namespace {

/// The parts of `unit_statement`'s payload: origin, context, kind, id, version.
std::optional<Change> change_of(std::string_view payload, std::string_view own_origin) {
  const auto parts = text::split(payload, '\x1f');
  if (parts.size() != 5 || parts[0] == own_origin) return std::nullopt;
  Change change{ContextId(std::string(parts[1])), std::string(parts[2]), EntityId(std::string(parts[3])), 0};
  std::from_chars(parts[4].data(), parts[4].data() + parts[4].size(), change.version);
  return change;
}

}  // namespace

struct Listener::State {
  State(boost::asio::any_io_executor executor_in, ListenerConfig config_in, Tell tell_in)
      : executor(std::move(executor_in)),
        config(std::move(config_in)),
        tell(std::make_shared<Tell>(std::move(tell_in))) {}
  ~State() {
    if (stop >= 0) ::close(stop);
  }

  Result<void> connect() {
    auto opened = Connection::open(config.session);
    if (!opened) return fail(std::move(opened.error()));
    connection = std::move(*opened);
    return connection->execute(fmt::format("LISTEN \"{}\"", config.own.channel));
  }

  void serve() {
    while (!stopping()) {
      hear();
      if (connection->alive()) continue;
      while (!wait_to_stop(config.reconnect_delay) && !connect()) {
      }
    }
  }

  /// Until something is told, the connection breaks or the thread is to end.
  void hear() {
    std::array<pollfd, 2> waiting{pollfd{connection->socket(), POLLIN, 0}, pollfd{stop, POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[0].revents == 0) return;
    std::vector<Change> changes;
    for (const auto& notice : connection->notices()) {
      if (auto change = change_of(notice.payload, config.own.origin)) changes.push_back(std::move(*change));
    }
    if (changes.empty()) return;
    boost::asio::post(executor, [told = std::weak_ptr(tell), changes = std::move(changes)] {
      if (auto listener = told.lock()) (*listener)(changes);
    });
  }

  bool stopping() { return wait_to_stop(Duration(0)); }
  bool wait_to_stop(Duration at_most) {
    pollfd waiting{stop, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(at_most / std::chrono::milliseconds(1))) > 0;
  }

  boost::asio::any_io_executor executor;
  ListenerConfig config;
  std::shared_ptr<Tell> tell;  // gone with the listener, whatever is posted
  std::unique_ptr<Connection> connection;
  int stop = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::thread thread;
};

Result<std::unique_ptr<Listener>> Listener::start(boost::asio::any_io_executor executor,
                                                  ListenerConfig config, Tell tell) {
  auto state = std::make_shared<State>(std::move(executor), std::move(config), std::move(tell));
  if (state->stop < 0) return fail(ErrorCode::storage_failed, "no event descriptor is left");
  if (auto connected = state->connect(); !connected) return fail(std::move(connected.error()));
  state->thread = std::thread([state = state.get()] { state->serve(); });
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Listener::~Listener() {
  ::eventfd_write(state_->stop, 1);
  state_->thread.join();
  state_->tell.reset();
}

}  // namespace kontor::platform::store::postgres
