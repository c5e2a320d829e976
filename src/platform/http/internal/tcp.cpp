#include "platform/http/internal/tcp.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/this_coro.hpp>
#include <limits>

#include "platform/async/waiter.hpp"

namespace kontor::platform::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto completion = asio::as_tuple(asio::deferred);

// The pieces of a gathered write that are still to be sent.
class Remaining {
 public:
  explicit Remaining(std::span<const std::string_view> pieces) {
    invariant(pieces.size() <= buffers_.size(), "a write has a bounded number of pieces");
    for (auto piece : pieces) {
      if (!piece.empty()) buffers_[count_++] = asio::buffer(piece.data(), piece.size());
    }
  }

  bool empty() const { return first_ == count_; }
  std::span<const asio::const_buffer> buffers() const {
    return std::span(buffers_).subspan(first_, count_ - first_);
  }

  void sent(std::size_t bytes) {
    while (bytes > 0) {
      auto step = std::min(bytes, buffers_[first_].size());
      buffers_[first_] += step;
      bytes -= step;
      if (buffers_[first_].size() == 0) ++first_;
    }
  }

 private:
  std::array<asio::const_buffer, Stream::pieces_max> buffers_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

class TcpStream : public Stream {
 public:
  TcpStream(tcp::socket socket, async::Clock& clock) : socket_(std::move(socket)), clock_(clock) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
  }

  Task<Result<void>> connect(tcp::endpoint endpoint) {
    auto state = co_await asio::this_coro::cancellation_state;
    if (stopped(state)) co_return fail(why_stopped());
    auto [error] = co_await socket_.async_connect(endpoint, completion);
    if (error) co_return fail(failure(error, "connect"));
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    co_return Result<void>{};
  }

  Task<Result<std::size_t>> read(std::span<char> buffer) override {
    auto state = co_await asio::this_coro::cancellation_state;
    if (stopped(state)) co_return fail(why_stopped());
    auto [error, size] =
        co_await socket_.async_read_some(asio::buffer(buffer.data(), buffer.size()), completion);
    if (error == asio::error::eof) co_return 0u;
    if (error) co_return fail(failure(error, "read"));
    co_return size;
  }

  Task<Result<void>> wait_readable() override {
    auto state = co_await asio::this_coro::cancellation_state;
    if (stopped(state)) co_return fail(why_stopped());
    auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, completion);
    if (error) co_return fail(failure(error, "wait"));
    co_return Result<void>{};
  }

  Task<Result<void>> write(std::span<const std::string_view> pieces) override {
    Remaining remaining(pieces);
    while (!remaining.empty()) {
      auto state = co_await asio::this_coro::cancellation_state;
      if (stopped(state)) co_return fail(why_stopped());
      auto [error, size] = co_await socket_.async_write_some(remaining.buffers(), completion);
      if (error) co_return fail(failure(error, "write"));
      remaining.sent(size);
    }
    co_return Result<void>{};
  }

  bool passes() const override { return true; }

  Task<Result<std::size_t>> pass_into(int pipe, std::size_t bytes_max) override {
    auto moved = co_await splice(socket_.native_handle(), pipe, bytes_max, tcp::socket::wait_read);
    co_return moved;
  }

  Task<Result<void>> pass_from(int pipe, std::size_t bytes) override {
    while (bytes > 0) {
      auto moved = co_await splice(pipe, socket_.native_handle(), bytes, tcp::socket::wait_write);
      if (!moved) co_return fail(std::move(moved.error()));
      invariant(*moved > 0, "a pipe holds what was moved into it");
      bytes -= *moved;
    }
    co_return Result<void>{};
  }

  Task<void> finish() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

  void set_deadline(Instant at) override {
    deadline_ = at;
    timed_out_ = false;
    if (at == Instant::max() || (alarm_ && armed_for_ <= at)) return;
    arm();
  }

  void abort() override {
    aborted_ = true;
    alarm_.reset();
    error_code ignored;
    socket_.close(ignored);
  }

  bool quiet() override {
    char byte;
    auto size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

 private:
  /// Moves some of it from one to the other; `side` of the socket is what has to be waited for.
  Task<Result<std::size_t>> splice(int from, int to, std::size_t bytes_max, tcp::socket::wait_type side) {
    error_code ignored;
    if (!socket_.native_non_blocking()) socket_.native_non_blocking(true, ignored);
    while (true) {
      auto state = co_await asio::this_coro::cancellation_state;
      if (stopped(state)) co_return fail(why_stopped());
      const auto moved = ::splice(from, nullptr, to, nullptr, bytes_max, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (moved >= 0) co_return static_cast<std::size_t>(moved);
      if (errno == EINTR) continue;
      if (errno != EAGAIN) co_return fail(failure({errno, boost::system::system_category()}, "pass on"));
      auto [error] = co_await socket_.async_wait(side, completion);
      if (error) co_return fail(failure(error, "wait"));
    }
  }

  // A deadline that moves away leaves the alarm where it is, and the alarm looks again when it rings: the
  // usual case, a deadline for each of many quick operations, sets no timer.
  void arm() {
    armed_for_ = deadline_;
    alarm_ = clock_.alarm(deadline_, [this] { ring(); });
  }

  void ring() {
    alarm_.reset();
    if (deadline_ == Instant::max()) return;
    if (clock_.now() < deadline_) return arm();
    timed_out_ = true;
    error_code ignored;
    socket_.cancel(ignored);
  }

  bool stopped(const asio::cancellation_state& task) const {
    return timed_out_ || aborted_ || task.cancelled() != asio::cancellation_type::none;
  }

  Error why_stopped() const {
    if (timed_out_) return {ErrorCode::timeout, "the deadline passed", {}, {}};
    if (aborted_) return {ErrorCode::cancelled, "the connection was closed here", {}, {}};
    return {ErrorCode::cancelled, "the task was cancelled", {}, {}};
  }

  Error failure(const error_code& error, std::string_view operation) const {
    if (timed_out_) return {ErrorCode::timeout, fmt::format("{}: the deadline passed", operation), {}, {}};
    if (aborted_ || error == asio::error::operation_aborted) {
      return {ErrorCode::cancelled, fmt::format("{}: the connection was closed here", operation), {}, {}};
    }
    return {ErrorCode::peer_unavailable, fmt::format("{}: {}", operation, error.message()), {}, {}};
  }

  tcp::socket socket_;
  async::Clock& clock_;
  std::unique_ptr<async::Alarm> alarm_;
  Instant armed_for_{};
  Instant deadline_ = Instant::max();
  bool timed_out_ = false;
  bool aborted_ = false;
};

tcp::endpoint asio_endpoint(const Endpoint& endpoint) {
  auto address = asio::ip::make_address_v6(endpoint.address);
  if (!address.is_v4_mapped()) return {address, endpoint.port};
  return {asio::ip::make_address_v4(asio::ip::v4_mapped, address), endpoint.port};
}

std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

}  // namespace

Task<Result<std::unique_ptr<Stream>>> connect_tcp(async::Clock& clock, Endpoint endpoint,
                                                  async::Deadline deadline) {
  auto executor = co_await asio::this_coro::executor;
  auto stream = std::make_unique<TcpStream>(tcp::socket(executor), clock);
  stream->set_deadline(deadline.at);
  auto connected = co_await stream->connect(asio_endpoint(endpoint));
  if (!connected) {
    co_return fail(std::move(connected.error()), "{} port {}", format_address(endpoint.address),
                   endpoint.port);
  }
  co_return std::unique_ptr<Stream>(std::move(stream));
}

struct TcpListener::State {
  tcp::acceptor acceptor;
  async::Clock& clock;
  std::uint16_t port = 0;
};

TcpListener::TcpListener(std::unique_ptr<State> state) : state_(std::move(state)) {}
TcpListener::~TcpListener() = default;

Result<std::unique_ptr<TcpListener>> TcpListener::open(asio::any_io_executor executor, async::Clock& clock,
                                                       const std::string& address, std::uint16_t port) {
  error_code error;
  auto parsed = asio::ip::make_address(address, error);
  if (error) return fail(ErrorCode::invalid_input, "`{}` is not an IP address to listen on", address);
  auto state = std::make_unique<State>(State{tcp::acceptor(std::move(executor)), clock});
  auto& acceptor = state->acceptor;
  tcp::endpoint endpoint(parsed, port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && parsed.is_v6()) acceptor.set_option(asio::ip::v6_only(!parsed.is_unspecified()), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return fail(ErrorCode::invalid_input,
                "cannot listen on {} port {}: {}; choose another port or end the other program", address,
                port, error.message());
  }
  state->port = acceptor.local_endpoint(error).port();
  return std::unique_ptr<TcpListener>(new TcpListener(std::move(state)));
}

std::uint16_t TcpListener::port() const {
  return state_->port;
}

Task<Result<Accepted>> TcpListener::accept() {
  auto was_cancelled = co_await async::cancelled();
  if (was_cancelled || !state_->acceptor.is_open())
    co_return fail(ErrorCode::cancelled, "not listening any more");
  tcp::endpoint peer;
  auto [error, socket] = co_await state_->acceptor.async_accept(peer, completion);
  if (!error) {
    auto stream = std::make_unique<TcpStream>(std::move(socket), state_->clock);
    co_return Accepted{std::move(stream), text_of(peer.address())};
  }
  if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) {
    co_return fail(ErrorCode::cancelled, "not listening any more");
  }
  if (error == asio::error::connection_aborted) {
    co_return fail(ErrorCode::peer_unavailable, "accept: {}", error.message());
  }
  co_return fail(ErrorCode::too_many_requests, "accept: {}", error.message());
}

void TcpListener::close() {
  error_code ignored;
  state_->acceptor.close(ignored);
}

}  // namespace kontor::platform::http
