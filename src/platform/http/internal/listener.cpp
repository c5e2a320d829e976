#include <list>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "platform/http/internal/server_connection.hpp"
#include "platform/http/server.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;

// Connections above the bound that are told so; still more are closed without a word.
constexpr std::size_t surplus_max = 128;

struct ListenerState {
  ServerContext context;
  std::unique_ptr<TcpListener> socket;
  async::Scope connections;
  async::Signal ended;
  std::list<ServerConnection> open = {};
  std::size_t surplus = 0;  // of these

  void stop_accepting() {
    context.draining = true;
    socket->close();
  }
};

Task<void> serve(std::shared_ptr<ListenerState> state, std::list<ServerConnection>::iterator connection,
                 bool surplus) {
  co_await connection->serve();
  state->open.erase(connection);
  if (surplus) --state->surplus;
  state->ended.notify();
}

void begin(const std::shared_ptr<ListenerState>& state, Accepted accepted) {
  auto surplus = state->open.size() - state->surplus >= state->context.config.connections_max;
  if (state->connections.closing() || (surplus && state->surplus >= surplus_max)) return;
  if (surplus) ++state->surplus;
  auto place = state->open.emplace(state->open.end(), state->context, std::move(accepted), surplus);
  state->connections.spawn(serve(state, place, surplus));
}

Task<void> accept_connections(std::shared_ptr<ListenerState> state) {
  while (true) {
    auto ticket = state->ended.ticket();
    auto accepted = co_await state->socket->accept();
    if (accepted) {
      begin(state, std::move(*accepted));
      continue;
    }
    if (accepted.error().code == ErrorCode::cancelled) break;
    if (accepted.error().code != ErrorCode::too_many_requests) continue;
    // No descriptors are left: one comes back when a connection ends, here or elsewhere in the process.
    auto again = async::Deadline::after(state->context.clock, 1s);
    co_await state->ended.wait(ticket, again);
  }
  state->stop_accepting();
  auto was_cancelled = co_await async::cancelled();
  if (!was_cancelled) co_await state->connections.drain();
  co_await state->connections.close();
}

class ListenerOverTcp : public Listener {
 public:
  explicit ListenerOverTcp(std::shared_ptr<ListenerState> state) : state_(std::move(state)) {}

  ~ListenerOverTcp() override {
    state_->stop_accepting();
    for (auto& connection : state_->open) connection.abort();
  }

  std::uint16_t port() const override { return state_->socket->port(); }

  Task<void> drain(async::Deadline deadline) override {
    auto state = state_;
    state->stop_accepting();
    for (auto& connection : state->open) connection.close_if_idle();
    while (!state->open.empty()) {
      auto ticket = state->ended.ticket();
      auto ended = co_await state->ended.wait(ticket, deadline);
      if (!ended) break;
    }
    co_await state->connections.close();
  }

 private:
  std::shared_ptr<ListenerState> state_;
};

}  // namespace

Result<std::unique_ptr<Listener>> listen(async::Scope& scope, async::Clock& clock, ListenerConfig config,
                                         Handler handler) {
  std::shared_ptr<const TlsContext> tls;
  if (config.tls) {
    auto made = TlsContext::for_server(*config.tls);
    if (!made) return fail(std::move(made.error()));
    tls = std::move(*made);
  }
  auto socket = TcpListener::open(scope.executor(), clock, config.address, config.port);
  if (!socket) return fail(std::move(socket.error()));
  ServerContext context{
      .config = std::move(config), .clock = clock, .handler = std::move(handler), .tls = std::move(tls)};
  auto state =
      std::shared_ptr<ListenerState>(new ListenerState{.context = std::move(context),
                                                       .socket = std::move(*socket),
                                                       .connections = async::Scope(scope.executor()),
                                                       .ended = async::Signal(scope.executor(), clock)});
  scope.spawn(accept_connections(state));
  return std::make_unique<ListenerOverTcp>(std::move(state));
}

}  // namespace kontor::platform::http
