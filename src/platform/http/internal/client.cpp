#include "platform/http/client.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "platform/http/gateway.hpp"
#include "platform/http/internal/connector.hpp"
#include "platform/http/internal/exchange.hpp"
#include "platform/http/internal/pool.hpp"
#include "platform/http/internal/upgrade.hpp"
#include "platform/http/passing.hpp"

namespace kontor::platform::http {
namespace {

/// Below it, a pipe is not worth its pages.
constexpr std::uint64_t passed_from = 1024 * 1024;
/// Who comes back for the next piece after so long does not keep up with the peer.
constexpr Duration pause_of_slow_readers = std::chrono::milliseconds(20);

// A response's body as it comes; the connection goes back when the body has ended, and is closed when nobody
// reads on.
class ResponseBody : public PassingBody {
 public:
  ResponseBody(Pool::Lease lease, async::Clock& clock, Duration stall_timeout,
               std::optional<std::uint64_t> length, bool keep)
      : lease_(std::move(lease)),
        clock_(clock),
        stall_timeout_(stall_timeout),
        length_(length),
        keep_(keep) {}

  Task<Result<std::string>> read() override {
    if (!lease_) co_return std::string();
    begin_to_read();
    auto piece = co_await lease_->connection().reader.read_body();
    co_return taken(std::move(piece));
  }

  bool can_pass() const override {
    return lease_ && !is_slow() && lease_->connection().reader.moved() >= passed_from &&
           lease_->connection().reader.can_pass();
  }
  Task<Result<std::size_t>> pass(int pipe, std::size_t bytes_max) override {
    begin_to_read();
    auto moved = co_await lease_->connection().reader.pass_body(pipe, bytes_max);
    co_return taken(std::move(moved));
  }
  std::optional<std::uint64_t> length_bytes() const override { return length_; }

 private:
  bool is_slow() const { return clock_.now() > given_at_ + pause_of_slow_readers; }

  void begin_to_read() {
    if (is_slow()) lease_->connection().reader.slow_down();
    lease_->connection().stream->set_deadline(clock_.now() + stall_timeout_);
  }

  template <class T>
  Result<T> taken(Result<T> some) {
    given_at_ = clock_.now();
    if (!some) {
      lease_.reset();
      return broken_response(std::move(some.error()));
    }
    if (lease_->connection().reader.body_ended()) give_back();
    return some;
  }

  void give_back() {
    auto lease = std::move(*lease_);
    lease_.reset();
    if (keep_) std::move(lease).keep();
  }

  std::optional<Pool::Lease> lease_;
  async::Clock& clock_;
  Duration stall_timeout_;
  std::optional<std::uint64_t> length_;
  bool keep_;
  Instant given_at_ = Instant::max() - pause_of_slow_readers;  // the last piece
};

/// Doing it twice is doing it once (RFC 9110 §9.2.2).
bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

bool is_method(std::string_view method) {
  return !method.empty() &&
         std::ranges::all_of(method, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

/// The connection is the asker's from here on.
Result<Response> switched(const Request& request, Head head, ClientConnection& connection) {
  if (connection.reader.buffered())
    return fail(ErrorCode::peer_unavailable, "the peer speaks the other protocol before it has switched");
  connection.stream->set_deadline(Instant::max());
  upgrade_of(request.body)->take(std::move(connection.stream));
  return Response{.status = head.status, .headers = std::move(head.headers)};
}

class PooledClient : public Client {
 public:
  enum class Host : std::uint8_t { of_the_url, as_it_came };

  PooledClient(async::Clock& clock, std::unique_ptr<Connector> connector, const ClientConfig& config,
               Host host)
      : clock_(clock),
        keeps_host_(host == Host::as_it_came),
        connect_timeout_(config.connect_timeout),
        connector_(std::move(connector)),
        pool_(std::make_shared<Pool>(clock, Pool::Limits{config.connections_per_host_max,
                                                         config.idle_connections_max, config.idle_timeout})) {
  }

  Task<Result<Response>> send(Request request, SendOptions options) override {
    auto url = parse_url(request.target);
    if (!url) co_return fail(std::move(url.error()), "read the address `{}`", text::for_log(request.target));
    if (!is_method(request.method))
      co_return fail(ErrorCode::malformed, "`{}` is no method", text::for_log(request.method));
    if (options.identity && !url->secure())
      co_return fail(ErrorCode::invalid_input, "a client certificate goes to https addresses alone");
    if (!options.trace.empty()) request.headers.set("traceparent", options.trace.traceparent());
    auto response = co_await send_to(*url, request, options);
    if (!response) co_return fail(std::move(response.error()), "{} {}", request.method, url->authority());
    co_return response;
  }

 private:
  Task<Result<Response>> send_to(const Url& url, const Request& request, const SendOptions& options);
  Task<Result<void>> open(const Url& url, const SendOptions& options, Pool::Lease& lease);
  Passage passage_to(const Url& url, const Request& request, const SendOptions& options) const;
  Task<Result<Response>> receive(Pool::Lease lease, Head head, bool keep, const SendOptions& options);

  async::Clock& clock_;
  bool keeps_host_;
  Duration connect_timeout_;
  std::unique_ptr<Connector> connector_;
  std::shared_ptr<Pool> pool_;
};

Task<Result<Response>> PooledClient::send_to(const Url& url, const Request& request,
                                             const SendOptions& options) {
  PoolKey key{url.scheme, url.host, url.port, options.trust,
              options.identity ? options.identity->fingerprint() : std::string()};
  for (bool fresh = false;; fresh = true) {
    auto lease = co_await pool_->acquire(key, options.deadline, fresh);
    if (!lease) co_return fail(std::move(lease.error()));
    if (!lease->connected()) {
      auto opened = co_await open(url, options, *lease);
      if (!opened) co_return fail(std::move(opened.error()));
    }
    auto outcome = co_await exchange(request, passage_to(url, request, options), lease->connection(), clock_);
    if (outcome.head && outcome.head->status == switching_protocols) {
      co_return switched(request, std::move(*outcome.head), lease->connection());
    }
    if (outcome.head) {
      auto keep = outcome.sent && outcome.head->keep_alive;
      co_return co_await receive(std::move(*lease), std::move(*outcome.head), keep, options);
    }
    // A connection that broke before anything came back was closed while it was idle, or by a server that had
    // the request already: only what may be done twice is sent once more.
    auto was_stale = lease->reused() && !fresh && !outcome.answered &&
                     outcome.head.error().code == ErrorCode::peer_unavailable;
    if (!was_stale || !is_idempotent(request.method) || request.body.stream)
      co_return broken_response(std::move(outcome.head.error()));
  }
}

Task<Result<void>> PooledClient::open(const Url& url, const SendOptions& options, Pool::Lease& lease) {
  auto until = std::min(options.deadline.at, clock_.now() + connect_timeout_);
  auto stream = co_await connector_->connect(url, options, async::Deadline{until});
  if (!stream) co_return fail(std::move(stream.error()), "connect");
  lease.opened(std::move(*stream));
  co_return Result<void>{};
}

Passage PooledClient::passage_to(const Url& url, const Request& request, const SendOptions& options) const {
  const auto named = keeps_host_ ? request.headers.get("Host") : std::nullopt;
  return {.target = url.target,
          .host = named ? std::string(*named) : url.authority(),
          .deadline = options.deadline,
          .stall_timeout = options.stall_timeout};
}

Task<Result<Response>> PooledClient::receive(Pool::Lease lease, Head head, bool keep,
                                             const SendOptions& options) {
  Response response{.status = head.status, .headers = std::move(head.headers)};
  auto sized = head.framing == Head::Framing::length;
  auto& reader = lease.connection().reader;
  if (reader.body_ended()) {
    if (keep) std::move(lease).keep();
    co_return response;
  }
  const auto text_bytes_max = options.stream_response ? options.text_bytes_max : options.body_bytes_max;
  if (reader.has_body() && head.length_bytes <= text_bytes_max) {
    response.body.text = reader.take_body();
    if (keep) std::move(lease).keep();
    co_return response;
  }
  if (options.stream_response) {
    auto length = sized ? std::optional(head.length_bytes) : std::nullopt;
    response.body.stream =
        std::make_shared<ResponseBody>(std::move(lease), clock_, options.stall_timeout, length, keep);
    co_return response;
  }
  auto text = co_await collect_body(reader, head, options.body_bytes_max);
  if (!text) co_return fail(std::move(text.error()));
  response.body.text = std::move(*text);
  if (keep) std::move(lease).keep();
  co_return response;
}

Result<std::unique_ptr<Client>> make(async::Scope& scope, async::Clock& clock, const ClientConfig& config,
                                     PooledClient::Host host) {
  auto connector = Connector::make(scope, clock, config);
  if (!connector) return fail(std::move(connector.error()));
  return std::make_unique<PooledClient>(clock, std::move(*connector), config, host);
}

}  // namespace

Result<std::unique_ptr<Client>> make_client(async::Scope& scope, async::Clock& clock,
                                            const ClientConfig& config) {
  return make(scope, clock, config, PooledClient::Host::of_the_url);
}

Result<std::unique_ptr<Client>> make_gateway(async::Scope& scope, async::Clock& clock,
                                             const ClientConfig& config) {
  return make(scope, clock, config, PooledClient::Host::as_it_came);
}

}  // namespace kontor::platform::http
