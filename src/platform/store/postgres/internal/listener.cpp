#include "platform/store/postgres/internal/listener.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <boost/asio/post.hpp>
#include <charconv>
#include <thread>

#include "base/descriptor/descriptor.hpp"
#include "base/text/text.hpp"

namespace kontor::platform::store::postgres {
namespace {

template <class Number>
Number number_of(std::string_view digits) {
  Number number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// The parts of a payload: origin and what it is about, then
/// `entity` context kind id version due, `effects` context kind id carrier, or `look` and nothing.
void read_notice(std::string_view payload, std::string_view own_origin, Heard& heard) {
  const auto parts = text::split(payload, '\x1f');
  if (parts.size() < 2 || parts[0] == own_origin) return;
  if (parts[1] == "look") heard.work.push_back({});
  if (parts.size() < 6) return;
  const ContextId context{std::string(parts[2])};
  const std::string kind(parts[3]);
  const EntityId id{std::string(parts[4])};
  if (parts[1] == "effects") heard.work.push_back({kind, context, id, std::string(parts[5])});
  if (parts[1] != "entity" || parts.size() != 7) return;
  heard.changes.push_back({context, kind, id, number_of<Version>(parts[5])});
  if (parts[6].empty()) return;
  heard.work.push_back({kind, context, id, {}, Instant(Duration(number_of<std::int64_t>(parts[6])))});
}

}  // namespace

struct Listener::State {
  State(boost::asio::any_io_executor executor_in, ListenerConfig config_in, Tell tell_in)
      : executor(std::move(executor_in)),
        config(std::move(config_in)),
        tell(std::make_shared<Tell>(std::move(tell_in))) {}

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
      tell_all({.changes = {Change{}}, .work = {Work{}}});
    }
  }

  /// Until something is told, the connection breaks or the thread is to end.
  void hear() {
    std::array<pollfd, 2> waiting{pollfd{connection->socket(), POLLIN, 0}, pollfd{stop.get(), POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[0].revents == 0) return;
    Heard heard;
    for (const auto& notice : connection->notices()) read_notice(notice.payload, config.own.origin, heard);
    if (!heard.changes.empty() || !heard.work.empty()) tell_all(std::move(heard));
  }

  void tell_all(Heard heard) {
    boost::asio::post(executor, [told = std::weak_ptr(tell), heard = std::move(heard)] {
      if (auto listener = told.lock()) (*listener)(heard);
    });
  }

  bool stopping() { return wait_to_stop(Duration(0)); }
  bool wait_to_stop(Duration at_most) {
    pollfd waiting{stop.get(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(at_most / std::chrono::milliseconds(1))) > 0;
  }

  boost::asio::any_io_executor executor;
  ListenerConfig config;
  std::shared_ptr<Tell> tell;  // gone with the listener, whatever is posted
  std::unique_ptr<Connection> connection;
  Descriptor stop{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::thread thread;
};

Result<std::unique_ptr<Listener>> Listener::start(boost::asio::any_io_executor executor,
                                                  ListenerConfig config, Tell tell) {
  auto state = std::make_shared<State>(std::move(executor), std::move(config), std::move(tell));
  if (!state->stop.open()) return fail(ErrorCode::storage_failed, "no event descriptor is left");
  if (auto connected = state->connect(); !connected) return fail(std::move(connected.error()));
  state->thread = std::thread([state = state.get()] { state->serve(); });
  return std::unique_ptr<Listener>(new Listener(std::move(state)));
}

Listener::~Listener() {
  ::eventfd_write(state_->stop.get(), 1);
  state_->thread.join();
  state_->tell.reset();
}

}  // namespace kontor::platform::store::postgres
