#include "relay.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <list>

#include "installation/driver.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"

namespace kontor::data_planes {

namespace asio = boost::asio;
namespace async = platform::async;
using asio::ip::tcp;

namespace {

constexpr auto completion = asio::as_tuple(asio::deferred);
constexpr std::size_t block_bytes = 64 * 1024;
constexpr auto slow_pause = std::chrono::milliseconds(20);
constexpr auto patience = std::chrono::seconds(30);

tcp::endpoint loopback(int port) {
  return {asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)};
}

struct Link {
  explicit Link(const asio::any_io_executor& executor) : client(executor), server(executor) {}

  void close() {
    boost::system::error_code ignored;
    client.close(ignored);
    server.close(ignored);
    closed = true;
  }
  void reset() {
    boost::system::error_code ignored;
    for (auto* each : {&client, &server}) each->set_option(tcp::socket::linger(true, 0), ignored);
    close();
  }

  tcp::socket client;
  tcp::socket server;
  std::uint64_t answered = 0;
  bool closed = false;
};
using LinkPtr = std::shared_ptr<Link>;

}  // namespace

struct Relay::State : std::enable_shared_from_this<Relay::State> {
  State(testing::EventLoop& loop_in, int port, int behind_in)
      : loop(loop_in),
        behind(behind_in),
        scope(loop.executor()),
        acceptor(loop.executor(), loopback(port)),
        changed(loop.executor(), loop.clock()) {}

  Task<void> accept() {
    const auto self = shared_from_this();
    while (!scope.closing()) {
      auto link = std::make_shared<Link>(loop.executor());
      auto [error] = co_await acceptor.async_accept(link->client, completion);
      if (error) co_return;
      ++accepted;
      changed.notify();
      links.push_back(link);
      scope.spawn(carry(std::move(link)));
    }
  }

  Task<void> carry(LinkPtr link) {
    const auto self = shared_from_this();
    co_await thawed(link);
    auto [error] = co_await link->server.async_connect(loopback(behind), completion);
    if (error) {
      link->reset();
    } else {
      async::Scope both(loop.executor());
      both.spawn(pump(link, link->client, link->server, false));
      both.spawn(pump(link, link->server, link->client, true));
      co_await both.drain();
      co_await both.close();
    }
    link->close();
    links.remove(link);
    changed.notify();
  }

  Task<void> pump(LinkPtr link, tcp::socket& from, tcp::socket& to, bool back) {
    const auto self = shared_from_this();
    std::string block(block_bytes, '\0');
    for (;;) {
      const auto most = faults.slow > 0 ? std::min(faults.slow, block_bytes) : block_bytes;
      auto [error, size] = co_await from.async_read_some(asio::buffer(block.data(), most), completion);
      co_await thawed(link);
      if (link->closed || scope.closing()) co_return;
      if (error == asio::error::eof) break;
      if (error) co_return link->reset();
      co_await pause(faults.slow > 0 ? Duration(slow_pause) : faults.delay);
      const bool cut = back && faults.cut_after && link->answered + size > *faults.cut_after;
      if (cut) size = *faults.cut_after > link->answered ? *faults.cut_after - link->answered : 0;
      auto [failed, written] = co_await asio::async_write(to, asio::buffer(block.data(), size), completion);
      if (failed || link->closed) co_return link->reset();
      (back ? link->answered : passed_there) += written;
      changed.notify();
      if (cut) co_return link->close();
    }
    boost::system::error_code ignored;
    to.shutdown(tcp::socket::shutdown_send, ignored);
  }

  /// Not before what is half open is mended.
  Task<void> thawed(LinkPtr link) {
    auto ticket = changed.ticket();
    while (faults.half_open && !link->closed) {
      if (!co_await changed.wait(ticket, async::Deadline::never())) co_return;
      ticket = changed.ticket();
    }
  }

  Task<void> pause(Duration length) {
    if (length == Duration{}) co_return;
    auto waited = co_await loop.clock().wait_until(loop.clock().now() + length);
    static_cast<void>(waited);
  }

  Task<bool> comes_true(std::function<bool()> so) {
    const auto deadline = async::Deadline::after(loop.clock(), patience);
    for (auto ticket = changed.ticket(); !so(); ticket = changed.ticket()) {
      if (!co_await changed.wait(ticket, deadline)) co_return so();
    }
    co_return true;
  }

  testing::EventLoop& loop;
  int behind;
  async::Scope scope;
  tcp::acceptor acceptor;
  async::Signal changed;
  Faults faults;
  std::list<LinkPtr> links;
  std::uint64_t accepted = 0;
  std::uint64_t passed_there = 0;
};

Relay::Relay(testing::EventLoop& loop, int port, int behind) {
  try {
    state_ = std::make_shared<State>(loop, port, behind);
  } catch (const boost::system::system_error& error) {
    throw installation::Failed{"a relay cannot listen: " + error.code().message()};
  }
  state_->scope.spawn(state_->accept());
}

Relay::~Relay() {
  for (const auto& link : std::list(state_->links)) link->reset();
  state_->loop.run(state_->scope.close());
}

int Relay::port() const {
  return state_->acceptor.local_endpoint().port();
}

void Relay::suffer(const Faults& faults) {
  state_->faults = faults;
  state_->changed.notify();
}

void Relay::reset() {
  for (const auto& link : std::list(state_->links)) link->reset();
  state_->changed.notify();
}

std::size_t Relay::open() const {
  return state_->links.size();
}
std::uint64_t Relay::accepted() const {
  return state_->accepted;
}
std::uint64_t Relay::passed_there() const {
  return state_->passed_there;
}

Task<bool> Relay::has_passed_there(std::uint64_t bytes) {
  const auto state = state_;
  return state->comes_true([state, bytes] { return state->passed_there >= bytes; });
}

Task<bool> Relay::has_accepted(std::uint64_t connections) {
  const auto state = state_;
  return state->comes_true([state, connections] { return state->accepted >= connections; });
}

Task<bool> Relay::is_quiet() {
  const auto state = state_;
  return state->comes_true([state] { return state->links.empty(); });
}

}  // namespace kontor::data_planes
