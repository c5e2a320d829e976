#include "testing/loopback/hostile_server.hpp"

#include <zlib.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"

namespace kontor::testing {

namespace asio = boost::asio;
namespace async = platform::async;
using asio::ip::tcp;

namespace {

constexpr auto completion = asio::as_tuple(asio::deferred);
constexpr std::size_t block_bytes = 16 * 1024;
constexpr std::size_t unpacked_bytes = 64 * 1024 * 1024;
constexpr auto pause = std::chrono::seconds(1);

std::string pack_zeros() {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string zeros(unpacked_bytes, '\0');
  std::string packed(deflateBound(&stream, zeros.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// 64 MiB of them.
const std::string& packed_zeros() {
  static const std::string packed = pack_zeros();
  return packed;
}

std::string with_length(std::string_view fields, std::string_view body) {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string redirect_to(std::string_view address) {
  return "HTTP/1.1 302 Found\r\nLocation: " + std::string(address) + "\r\nContent-Length: 0\r\n\r\n";
}

std::string repeated(std::string_view text) {
  std::string all;
  while (all.size() < block_bytes) all += text;
  return all;
}

/// What a trick sends, after the request has come: `begin`, then `then` for ever, all at once or an octet at
/// a time.
struct Script {
  std::string begin;
  std::string then = {};
  enum class End : std::uint8_t { closes, goes_on, goes_on_slowly, waits } end = End::closes;
};

Script script_of(Trick trick, const std::string& own_url) {
  using enum Script::End;
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  switch (trick) {
    case Trick::endless_body:
      return {"HTTP/1.1 200 OK\r\n\r\n", std::string(block_bytes, ' '), goes_on};
    case Trick::endless_chunks:
      return {chunked, "4000\r\n" + std::string(block_bytes, ' ') + "\r\n", goes_on};
    case Trick::announced_flood:
      return {"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n", std::string(block_bytes, ' '),
              goes_on};
    case Trick::slow_head:
      return {"HTTP/1.1 200 OK\r\nX: ", "x", goes_on_slowly};
    case Trick::slow_body:
      return {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{", " ", goes_on_slowly};
    case Trick::silence:
      return {"", "", waits};
    case Trick::redirect_loop:
      return {redirect_to(own_url)};
    case Trick::redirect_inside:
      return {redirect_to("http://169.254.169.254/latest/meta-data/")};
    case Trick::packed_bomb:
      return {with_length("Content-Encoding: gzip\r\nContent-Type: application/json\r\n", packed_zeros())};
    case Trick::field_flood:
      return {"HTTP/1.1 200 OK\r\n", repeated("X-Field: value\r\n"), goes_on};
    case Trick::chunk_extension:
      return {chunked + "1;x=", std::string(block_bytes, 'x'), goes_on};
    case Trick::trailer_flood:
      return {chunked + "2\r\n{}\r\n0\r\n", repeated("X-Field: value\r\n"), goes_on};
    case Trick::interim_flood:
      return {"", repeated("HTTP/1.1 100 Continue\r\n\r\n"), goes_on};
    case Trick::cut_off:
      return {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":"};
    case Trick::cut_chunk:
      return {chunked + "2\r\n{}\r\n"};
    case Trick::two_lengths:
      return {
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"};
    case Trick::page:
      return {with_length("Content-Type: text/html\r\n", "<!doctype html><title>Welcome</title>")};
    case Trick::deep_document:
      return {with_length("Content-Type: application/json\r\n", std::string(60'000, '['))};
    case Trick::refusal_in_octets:
      return {"HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n" + std::string(500, '\xff') +
              std::string(500, '\0')};
    case Trick::odd_location:
      return {"HTTP/1.1 201 Created\r\nLocation: /requests/" + std::string(30'000, '\xff') +
              "\r\nContent-Length: 0\r\n\r\n"};
    case Trick::nothing:
      return {};
    case Trick::no_tls:
      return {with_length("", "{}")};
    case Trick::unfinished_tls:
      // The head of a handshake record whose content never comes.
      return {std::string("\x16\x03\x03\x40\x00", 5), "", waits};
  }
  return {};
}

Task<bool> send(tcp::socket& socket, std::string_view bytes, std::uint64_t& sent) {
  while (!bytes.empty()) {
    auto [error, size] =
        co_await socket.async_write_some(asio::buffer(bytes.data(), bytes.size()), completion);
    if (error) co_return false;
    sent += size;
    bytes.remove_prefix(size);
  }
  co_return true;
}

/// Reads and drops until the other side has gone.
Task<void> outlast(tcp::socket& socket) {
  std::string dropped(block_bytes, '\0');
  while (true) {
    auto [error, size] = co_await socket.async_read_some(asio::buffer(dropped), completion);
    if (error || size == 0) co_return;
  }
}

std::size_t announced_bytes(std::string_view head) {
  constexpr std::string_view name = "Content-Length: ";
  const auto place = head.find(name);
  return place == std::string_view::npos ? 0 : std::strtoull(head.data() + place + name.size(), nullptr, 10);
}

/// A message to its end. False where none comes.
Task<bool> take_message(tcp::socket& socket) {
  std::string received;
  std::string piece(block_bytes, '\0');
  while (true) {
    const auto head = received.find("\r\n\r\n");
    const bool is_whole =
        head != std::string::npos && received.size() >= head + 4 + announced_bytes(received);
    if (is_whole) co_return true;
    auto [error, size] = co_await socket.async_read_some(asio::buffer(piece), completion);
    if (error || size == 0) co_return false;
    received.append(piece, 0, size);
  }
}

}  // namespace

struct HostileServer::State {
  explicit State(EventLoop& loop_in)
      : loop(loop_in),
        scope(loop.executor()),
        acceptor(loop.executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        never(loop.executor(), loop.clock()) {}

  EventLoop& loop;
  async::Scope scope;
  tcp::acceptor acceptor;
  async::Signal never;
  Trick trick = Trick::nothing;
  std::uint64_t sent_bytes = 0;
  std::size_t begun = 0;
  std::size_t ended = 0;

  Task<void> rest() { co_await never.wait(never.ticket(), async::Deadline::after(loop.clock(), pause)); }
};

namespace {

template <class State>
Task<void> carry_out(std::shared_ptr<State> state, tcp::socket& socket, Script script) {
  auto& sent = state->sent_bytes;
  auto taken = co_await send(socket, script.begin, sent);
  if (!taken || script.end == Script::End::closes) co_return;
  if (script.end == Script::End::waits) co_await outlast(socket);
  while (taken && !script.then.empty() && !state->scope.closing()) {
    if (script.end == Script::End::goes_on_slowly) co_await state->rest();
    taken = co_await send(socket, script.then, sent);
  }
}

template <class State>
Task<void> serve(std::shared_ptr<State> state, std::shared_ptr<tcp::socket> socket, std::string own_url) {
  const auto trick = state->trick;
  ++state->begun;
  bool asked = true;
  if (!wants_tls(trick) && trick != Trick::nothing) asked = co_await take_message(*socket);
  if (asked) co_await carry_out(state, *socket, script_of(trick, own_url));
  boost::system::error_code ignored;
  socket->shutdown(tcp::socket::shutdown_send, ignored);
  // What was not read would take back what was sent.
  if (wants_tls(trick)) co_await outlast(*socket);
  socket->close(ignored);
  ++state->ended;
}

template <class State>
Task<void> dial_and_serve(std::shared_ptr<State> state, std::uint16_t port, std::string saying) {
  auto socket = std::make_shared<tcp::socket>(state->loop.executor());
  auto [error] = co_await socket->async_connect({asio::ip::address_v4::loopback(), port}, completion);
  std::uint64_t said = 0;
  const bool heard = !error && co_await send(*socket, saying, said) && co_await take_message(*socket);
  if (heard) co_await serve(state, std::move(socket), "http://127.0.0.1/again");
}

template <class State>
Task<void> accept(std::shared_ptr<State> state, std::string own_url) {
  while (true) {
    auto socket = std::make_shared<tcp::socket>(state->loop.executor());
    auto [error] = co_await state->acceptor.async_accept(*socket, completion);
    if (error) co_return;
    state->scope.spawn(serve(state, std::move(socket), own_url));
  }
}

}  // namespace

HostileServer::HostileServer(EventLoop& loop) : state_(std::make_shared<State>(loop)) {
  state_->scope.spawn(accept(state_, url("/again")));
}

HostileServer::~HostileServer() {
  state_->loop.run(state_->scope.close());
}

void HostileServer::play(Trick trick) {
  state_->trick = trick;
}

void HostileServer::dial(std::uint16_t port, std::string saying) {
  state_->scope.spawn(dial_and_serve(state_, port, std::move(saying)));
}

std::string HostileServer::authority() const {
  return "127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

std::string HostileServer::url(std::string_view path) const {
  return (wants_tls(state_->trick) ? "https://" : "http://") + authority() + std::string(path);
}

std::uint64_t HostileServer::sent_bytes() const {
  return state_->sent_bytes;
}

std::size_t HostileServer::begun() const {
  return state_->begun;
}

std::size_t HostileServer::ended() const {
  return state_->ended;
}

bool wants_tls(Trick trick) {
  return trick == Trick::no_tls || trick == Trick::unfinished_tls;
}

std::string_view name_of(Trick trick) {
  switch (trick) {
    case Trick::endless_body:
      return "endless body";
    case Trick::endless_chunks:
      return "endless chunks";
    case Trick::announced_flood:
      return "announced flood";
    case Trick::slow_head:
      return "slow head";
    case Trick::slow_body:
      return "slow body";
    case Trick::silence:
      return "silence";
    case Trick::redirect_loop:
      return "redirect loop";
    case Trick::redirect_inside:
      return "redirect inside";
    case Trick::packed_bomb:
      return "packed bomb";
    case Trick::field_flood:
      return "field flood";
    case Trick::chunk_extension:
      return "chunk extension";
    case Trick::trailer_flood:
      return "trailer flood";
    case Trick::interim_flood:
      return "interim flood";
    case Trick::cut_off:
      return "cut off";
    case Trick::cut_chunk:
      return "cut chunk";
    case Trick::two_lengths:
      return "two lengths";
    case Trick::page:
      return "page";
    case Trick::deep_document:
      return "deep document";
    case Trick::refusal_in_octets:
      return "refusal in octets";
    case Trick::odd_location:
      return "odd location";
    case Trick::nothing:
      return "nothing";
    case Trick::no_tls:
      return "no TLS";
    case Trick::unfinished_tls:
      return "unfinished TLS";
  }
  return {};
}

}  // namespace kontor::testing
