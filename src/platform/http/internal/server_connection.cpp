#include "platform/http/internal/server_connection.hpp"

#include <algorithm>
#include <utility>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

using namespace std::chrono_literals;

constexpr Duration buffer_kept_idle = 5s;
constexpr Duration parting_time = 2s;
constexpr std::size_t parting_bytes_max = 256 * 1024;
constexpr std::uint64_t discarded_bytes_max = 64 * 1024;
constexpr std::size_t progress_bytes_min = 1024;

struct Refusal {
  unsigned status;
  std::string_view reason;
};

std::optional<Refusal> refusal_for(ErrorCode code, bool in_head) {
  if (code == ErrorCode::malformed) return Refusal{400, "The request is not HTTP as RFC 9112 has it."};
  if (code == ErrorCode::timeout) return Refusal{408, "The request did not arrive in time."};
  if (code != ErrorCode::too_large) return std::nullopt;
  if (in_head) return Refusal{431, "The head of the request is too large."};
  return Refusal{413, "The body of the request is too large."};
}

bool has_body(unsigned status) {
  return status != 204 && status != 304;
}

Framing framing_of(const Response& response, bool head_request, bool http11) {
  if (!has_body(response.status)) return {};
  if (!response.body.stream) {
    if (head_request && response.body.text.empty()) return {};
    return {Framing::Kind::length, response.body.text.size()};
  }
  if (auto length = response.body.stream->length_bytes()) return {Framing::Kind::length, *length};
  if (head_request) return {};
  return {http11 ? Framing::Kind::chunked : Framing::Kind::until_close};
}

}  // namespace

// A streamed request body lives as long as its request is served, whoever holds it.
class ServerConnection::RequestBody : public BodyStream {
 public:
  RequestBody(ServerConnection& connection, std::optional<std::uint64_t> length)
      : connection_(&connection), length_(length) {}

  Task<Result<std::string>> read() override {
    if (connection_ == nullptr) co_return fail(ErrorCode::cancelled, "the request has been answered already");
    auto piece = co_await connection_->read_body_piece();
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return length_; }
  void detach() { connection_ = nullptr; }

 private:
  ServerConnection* connection_;
  std::optional<std::uint64_t> length_;
};

ServerConnection::ServerConnection(ServerContext& server, Accepted accepted, bool surplus)
    : server_(server),
      stream_(std::move(accepted.stream)),
      peer_address_(std::move(accepted.peer_address)),
      surplus_(surplus) {}

ServerConnection::~ServerConnection() {
  if (request_body_) request_body_->detach();
}

Task<void> ServerConnection::serve() {
  auto secured = co_await secure();
  if (!secured) co_return;
  reader_.emplace(*stream_, server_.config.header_bytes_max);
  while (true) {
    auto begun = co_await wait_for_request();
    if (!begun) break;
    auto more = co_await serve_request();
    if (request_body_) std::exchange(request_body_, nullptr)->detach();
    if (!more) break;
    served_ = true;
  }
}

void ServerConnection::close_if_idle() {
  if (idle_) abort();
}

void ServerConnection::abort() {
  if (stream_) stream_->abort();
}

Task<bool> ServerConnection::secure() {
  if (!server_.tls) co_return true;
  allow(server_.config.header_timeout);
  auto secured = co_await accept_tls(server_.tls, std::move(stream_));
  if (!secured) co_return false;
  stream_ = std::move(*secured);
  peer_subject_ = stream_->peer_subject();
  co_return true;
}

// A busy connection keeps its buffer between requests; one that has been idle for a while gives it back.
Task<bool> ServerConnection::wait_for_request() {
  if (reader_->buffered()) co_return true;
  if (served_ && server_.draining) co_return false;
  idle_ = true;
  auto since = server_.clock.now();
  auto idle_timeout = server_.config.idle_timeout;
  auto kept = std::min(idle_timeout, buffer_kept_idle);
  allow(served_ ? kept : server_.config.header_timeout);
  auto begun = co_await reader_->wait_for_bytes();
  if (!begun && begun.error().code == ErrorCode::timeout && served_ && idle_timeout > kept) {
    reader_->release();
    stream_->set_deadline(since + idle_timeout);
    auto readable = co_await stream_->wait_readable();
    if (readable) begun = co_await reader_->wait_for_bytes();
  }
  idle_ = false;
  co_return begun && *begun;
}

Task<bool> ServerConnection::serve_request() {
  allow(server_.config.header_timeout);
  auto head = co_await reader_->read_head(MessageKind::request);
  if (!head) co_return co_await refuse(head.error(), true);
  if (surplus_) co_return co_await refuse(503, "There are too many connections.");
  if (server_.draining) co_return co_await refuse(503, "This process is stopping.");
  if (head->headers.get("expect") && !head->expects_continue) co_return co_await refuse(417, "Expect what?");

  Result<Body> body;
  waits_for_continue_ = head->expects_continue && !reader_->buffered();
  if (!reader_->body_ended()) body = co_await receive_body(*head);
  if (!body) co_return co_await refuse(body.error(), false);
  Request request{.method = head->method,
                  .target = std::move(head->target),
                  .headers = std::move(head->headers),
                  .body = std::move(*body),
                  .peer_address = peer_address_,
                  .peer_certificate_subject = peer_subject_};
  stream_->set_deadline(Instant::max());
  auto response = co_await server_.handler(std::move(request));
  if (auto* upgrade = upgrade_of(response.body)) {
    co_await switch_protocols(*upgrade);
    co_return false;
  }
  auto more = co_await send(*head, response);
  co_return more;
}

// The connection is somebody else's from here on: no bound of this listener holds it.
Task<void> ServerConnection::switch_protocols(Upgrade& upgrade) {
  if (server_.draining || reader_->buffered() || !reader_->body_ended()) co_return;
  std::string text = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
  append_upgrade(text, upgrade);
  std::string_view piece = text;
  allow(server_.config.header_timeout);
  auto written = co_await stream_->write(std::span(&piece, 1));
  if (!written) co_return;
  stream_->set_deadline(Instant::max());
  upgrade.take(std::move(stream_));
}

Task<Result<Body>> ServerConnection::receive_body(const Head& head) {
  Body body;
  auto sized = head.framing == Head::Framing::length;
  if (server_.config.stream_requests) {
    auto length = sized ? std::optional(head.length_bytes) : std::nullopt;
    request_body_ = std::make_shared<RequestBody>(*this, length);
    body.stream = request_body_;
    co_return body;
  }
  if (head.length_bytes > server_.config.body_bytes_max) {
    co_return fail(ErrorCode::too_large, "a body of {} bytes", head.length_bytes);
  }
  if (reader_->has_body()) {
    body.text = reader_->take_body();
    co_return body;
  }
  auto encouraged = co_await encourage();
  if (!encouraged) co_return fail(std::move(encouraged.error()));
  auto text = co_await collect_body();
  if (!text) co_return fail(std::move(text.error()));
  body.text = std::move(*text);
  co_return body;
}

// The peer has its time anew whenever it has sent a noticeable piece, so single bytes do not hold a
// connection for long.
Task<Result<std::string>> ServerConnection::collect_body() {
  std::string text;
  auto due_after = progress_bytes_min;
  allow(server_.config.body_timeout);
  while (!reader_->body_ended()) {
    auto piece = co_await reader_->read_body();
    if (!piece) co_return piece;
    if (piece->size() > server_.config.body_bytes_max - text.size())
      co_return fail(ErrorCode::too_large, "a body");
    if (text.empty()) {
      text = std::move(*piece);
      text.reserve(text.size() + reader_->body_bytes_left());
    } else {
      text += *piece;
    }
    if (text.size() < due_after) continue;
    due_after = text.size() + progress_bytes_min;
    allow(server_.config.body_timeout);
  }
  co_return text;
}

Task<Result<std::string>> ServerConnection::read_body_piece() {
  auto encouraged = co_await encourage();
  if (!encouraged) co_return fail(std::move(encouraged.error()));
  allow(server_.config.body_timeout);
  auto piece = co_await reader_->read_body();
  stream_->set_deadline(Instant::max());
  co_return piece;
}

Task<Result<void>> ServerConnection::encourage() {
  if (!std::exchange(waits_for_continue_, false)) co_return Result<void>{};
  std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
  allow(server_.config.body_timeout);
  auto written = co_await stream_->write(std::span(&text, 1));
  co_return written;
}

Task<bool> ServerConnection::send(const Head& head, Response& response) {
  invariant(response.status >= 200 && response.status <= 999, "a handler answers with a final status");
  auto framing = framing_of(response, head.method == "HEAD", head.http11);
  auto unread = !reader_->body_ended();
  auto discardable = head.framing == Head::Framing::length &&
                     reader_->body_bytes_left() <= discarded_bytes_max && !waits_for_continue_;
  auto connection = response.headers.get("connection");
  auto keep_alive = head.keep_alive && !server_.draining && framing.kind != Framing::Kind::until_close &&
                    (!unread || discardable) &&
                    !(connection && text::equal_ignoring_case(*connection, "close"));
  head_text_.clear();
  append_head(head_text_, ResponseHead{.response = response,
                                       .framing = framing,
                                       .http11 = head.http11,
                                       .keep_alive = keep_alive,
                                       .date = server_.date.at(server_.clock.now())});
  if (head.method == "HEAD") framing = {};
  auto sent = co_await send_body(response, framing);
  if (!sent) {
    abort();  // the peer sees an incomplete message, not a short one
    co_return false;
  }
  if (keep_alive && reader_->body_ended()) co_return true;
  if (keep_alive) co_return co_await discard_body();
  co_await part();
  co_return false;
}

// What a body that takes its time no longer needs is given back before it: there may be thousands of them.
Task<Result<void>> ServerConnection::send_body(Response& response, Framing framing) {
  std::string_view head = head_text_;
  auto before_write = [this] { allow(server_.config.body_timeout); };
  if (!response.body.stream || framing.kind == Framing::Kind::none) {
    auto text =
        framing.kind == Framing::Kind::none ? std::string_view() : std::string_view(response.body.text);
    auto sent = co_await write_text(*stream_, head, text, before_write);
    co_return sent;
  }
  before_write();
  auto begun = co_await stream_->write(std::span(&head, 1));
  stream_->set_deadline(Instant::max());  // the body's source takes its time
  if (!begun) co_return begun;
  reader_->release();
  head_text_ = std::string();
  response.headers = {};
  BodyWriter writer{*stream_, framing, before_write, &server_.pipes};
  response.body.stream->break_off_with([this] { abort(); });
  auto sent = co_await writer.write(*response.body.stream);
  response.body.stream->break_off_with({});
  co_return sent;
}

Task<bool> ServerConnection::discard_body() {
  allow(server_.config.body_timeout);
  while (!reader_->body_ended()) {
    auto piece = co_await reader_->read_body();
    if (!piece) co_return false;
  }
  co_return true;
}

Task<bool> ServerConnection::refuse(const Error& error, bool in_head) {
  auto refusal = refusal_for(error.code, in_head);
  if (!refusal) co_return false;
  co_return co_await refuse(refusal->status, refusal->reason);
}

Task<bool> ServerConnection::refuse(unsigned status, std::string_view reason) {
  Response response{.status = status};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  if (status == 503) response.headers.add("Retry-After", "1");
  response.body.text = reason;
  head_text_.clear();
  append_head(head_text_, ResponseHead{.response = response,
                                       .framing = {Framing::Kind::length, reason.size()},
                                       .keep_alive = false,
                                       .date = server_.date.at(server_.clock.now())});
  auto sent =
      co_await write_text(*stream_, head_text_, reason, [this] { allow(server_.config.header_timeout); });
  if (sent) co_await part();
  co_return false;
}

// Closing while the peer still sends would reset the connection and take our last words with it (RFC 9112
// §9.6).
Task<void> ServerConnection::part() {
  allow(parting_time);
  co_await stream_->finish();
  std::string discarded(4096, '\0');
  std::size_t total = 0;
  while (total < parting_bytes_max) {
    auto size = co_await stream_->read(discarded);
    if (!size || *size == 0) co_return;
    total += *size;
  }
}

}  // namespace kontor::platform::http
