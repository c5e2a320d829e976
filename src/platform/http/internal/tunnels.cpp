#include <algorithm>
#include <list>
#include <map>

#include "platform/async/signal.hpp"
#include "platform/async/waiter.hpp"
#include "platform/http/internal/exchange.hpp"
#include "platform/http/internal/upgrade.hpp"
#include "platform/http/tunnel.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t ping_bytes_max = 4096;

/// A request that waits for its turn on a line, or is under way on it.
struct Job {
  Job(boost::asio::any_io_executor executor, Request asked, SendOptions how)
      : request(std::move(asked)), options(how), ended(std::move(executor)) {}

  Request request;
  SendOptions options;
  bool sent = false;  ///< something of it may have gone out
  Result<Response> result = fail(ErrorCode::peer_unavailable, "the tunnel's line broke");
  async::Waiter ended;
};

struct Line {
  Line(std::unique_ptr<Stream> stream, Instant until_in) : connection(std::move(stream)), until(until_in) {}

  ClientConnection connection;
  Instant until;  ///< it is not used any longer
  std::shared_ptr<Job> job = {};
  bool idle = false;
  bool ended = false;

  /// Its keeper, who waits for the peer, is woken for the job.
  void take(std::shared_ptr<Job> next, Instant now) {
    idle = false;
    job = std::move(next);
    connection.stream->set_deadline(now);
  }
};

struct Tunnel {
  Tunnel(boost::asio::any_io_executor executor, async::Clock& clock) : changed(std::move(executor), clock) {}

  std::list<std::shared_ptr<Line>> lines;  // the oldest first
  std::size_t opened = 0;                  ///< ever
  std::size_t waiting = 0;
  async::Signal changed;

  std::shared_ptr<Line> idle_line() const {
    const auto found =
        std::ranges::find_if(lines, [](const auto& line) { return line->idle && !line->ended; });
    return found == lines.end() ? nullptr : *found;
  }
};

/// Whether the line is good for another.
Task<bool> carry_out(async::Clock& clock, Line& line, Job& job) {
  job.sent = true;
  Passage passage{.target = job.request.target,
                  .host = "tunnel",
                  .deadline = job.options.deadline,
                  .stall_timeout = job.options.stall_timeout};
  auto outcome = co_await exchange(job.request, std::move(passage), line.connection, clock);
  if (!outcome.head) {
    job.result = broken_response(std::move(outcome.head.error()));
    co_return false;
  }
  Response response{.status = outcome.head->status, .headers = std::move(outcome.head->headers)};
  auto& reader = line.connection.reader;
  if (!reader.body_ended()) {
    auto text = co_await collect_body(reader, *outcome.head, job.options.body_bytes_max);
    if (!text) {
      job.result = fail(std::move(text.error()));
      co_return false;
    }
    response.body.text = std::move(*text);
  }
  job.result = std::move(response);
  co_return outcome.sent&& outcome.head->keep_alive;
}

}  // namespace

struct Tunnels::State {
  State(async::Scope& scope_in, async::Clock& clock_in, TunnelBounds bounds_in)
      : scope(scope_in), clock(clock_in), bounds(bounds_in) {}

  static void begin(const std::shared_ptr<State>& state, std::string name, std::unique_ptr<Stream> stream);
  struct Kept {
    std::string name;
    std::shared_ptr<Tunnel> tunnel;
    std::shared_ptr<Line> line;
  };
  static Task<void> keep(std::shared_ptr<State> state, Kept kept);
  Task<Result<std::shared_ptr<Line>>> free_line(std::string name, async::Deadline deadline);
  std::shared_ptr<Job> ping() const;
  void end(const std::string& name, const std::shared_ptr<Line>& line);

  async::Scope& scope;
  async::Clock& clock;
  TunnelBounds bounds;
  std::map<std::string, std::shared_ptr<Tunnel>, std::less<>> tunnels;
  std::function<void(const std::string&)> opened;
  bool closed = false;
};

Tunnels::Tunnels(async::Scope& scope, async::Clock& clock, TunnelBounds bounds)
    : state_(std::make_shared<State>(scope, clock, bounds)) {}
Tunnels::~Tunnels() {
  close();
}

void Tunnels::observe_with(std::function<void(const std::string&)> opened) {
  state_->opened = std::move(opened);
}

Result<Response> Tunnels::accept(std::string name, const Request& request) {
  if (!asks_for(request.headers, tunnel_protocol))
    return fail(ErrorCode::malformed, "send `Connection: Upgrade` and `Upgrade: {}`", tunnel_protocol);
  if (state_->closed) return fail(ErrorCode::unavailable, "this process is stopping");
  const auto found = state_->tunnels.find(name);
  if (found != state_->tunnels.end() && found->second->lines.size() >= state_->bounds.lines_max) {
    // Who dials anew may have lost the lines before without a word.
    auto oldest = found->second->idle_line();
    if (!oldest)
      return fail(ErrorCode::too_many_requests, "the tunnel has {} lines", state_->bounds.lines_max);
    state_->end(found->first, oldest);
  }
  Response response{.status = switching_protocols};
  response.body.stream = std::make_shared<Upgrade>(
      std::string(tunnel_protocol),
      [weak = std::weak_ptr(state_), name = std::move(name)](std::unique_ptr<Stream> stream) {
        if (auto state = weak.lock()) State::begin(state, name, std::move(stream));
      });
  return response;
}

void Tunnels::State::begin(const std::shared_ptr<State>& state, std::string name,
                           std::unique_ptr<Stream> stream) {
  if (state->closed || state->scope.closing()) return;
  auto& tunnel = state->tunnels[name];
  if (!tunnel) tunnel = std::make_shared<Tunnel>(state->scope.executor(), state->clock);
  const auto earlier = state->bounds.life_max / 8 * static_cast<std::int64_t>(tunnel->opened++ % 4);
  auto line =
      std::make_shared<Line>(std::move(stream), state->clock.now() + state->bounds.life_max - earlier);
  tunnel->lines.push_back(line);
  state->scope.spawn(keep(state, {name, tunnel, std::move(line)}));
  if (state->opened) state->opened(name);
}

// The only one that uses the connection: waits for a job, for the moment to ask whether the line lives, or
// for its end.
Task<void> Tunnels::State::keep(std::shared_ptr<State> state, Kept kept) {
  auto& [name, tunnel, line] = kept;
  auto& stream = *line->connection.stream;
  while (!line->ended) {
    line->idle = true;
    tunnel->changed.notify();
    stream.set_deadline(std::min(line->until, state->clock.now() + state->bounds.ping_after));
    auto spoken = co_await stream.wait_readable();
    line->idle = false;
    auto job = std::exchange(line->job, nullptr);
    const bool lives = !spoken && spoken.error().code == ErrorCode::timeout && !line->ended;
    if (lives && !job && state->clock.now() >= line->until) break;
    if (lives && !job) job = state->ping();
    const bool good = lives && co_await carry_out(state->clock, *line, *job);
    if (job) job->ended.wake();
    if (!good) break;
  }
  state->end(name, line);
}

std::shared_ptr<Job> Tunnels::State::ping() const {
  return std::make_shared<Job>(scope.executor(), Request{.method = "OPTIONS", .target = "*"},
                               SendOptions{.deadline = async::Deadline::after(clock, bounds.ping_timeout),
                                           .body_bytes_max = ping_bytes_max});
}

void Tunnels::State::end(const std::string& name, const std::shared_ptr<Line>& line) {
  if (std::exchange(line->ended, true)) return;
  line->connection.stream->abort();
  const auto found = tunnels.find(name);
  if (found == tunnels.end()) return;
  auto tunnel = found->second;
  tunnel->lines.remove(line);
  if (tunnel->lines.empty()) tunnels.erase(found);
  tunnel->changed.notify();
}

Task<Result<Response>> Tunnels::send(std::string name, Request request, SendOptions options) {
  auto state = state_;
  auto job = std::make_shared<Job>(state->scope.executor(), std::move(request), options);
  while (true) {
    auto line = co_await state->free_line(name, options.deadline);
    if (!line) co_return fail(std::move(line.error()));
    (*line)->take(job, state->clock.now());
    auto ended = co_await job->ended.wait();
    if (!ended) co_return fail(ErrorCode::cancelled, "the wait for an answer was cancelled");
    if (job->sent) co_return std::move(job->result);
  }
}

Task<Result<std::shared_ptr<Line>>> Tunnels::State::free_line(std::string name, async::Deadline deadline) {
  const auto found = tunnels.find(name);
  if (found == tunnels.end())
    co_return fail(ErrorCode::peer_unavailable, "no line of the tunnel '{}' is open", name);
  auto tunnel = found->second;
  if (tunnel->waiting >= bounds.waiting_max)
    co_return fail(ErrorCode::too_many_requests, "{} requests wait for the tunnel '{}'", tunnel->waiting,
                   name);
  ++tunnel->waiting;
  auto changed = true;
  std::shared_ptr<Line> line;
  while (changed && !line && !tunnel->lines.empty()) {
    const auto ticket = tunnel->changed.ticket();
    line = tunnel->idle_line();
    if (!line) changed = co_await tunnel->changed.wait(ticket, deadline);
  }
  --tunnel->waiting;
  if (line) co_return line;
  if (changed) co_return fail(ErrorCode::peer_unavailable, "the last line of the tunnel '{}' broke", name);
  co_return fail(ErrorCode::timeout, "no line of the tunnel '{}' became free in time", name);
}

std::size_t Tunnels::lines(std::string_view name) const {
  const auto found = state_->tunnels.find(name);
  return found == state_->tunnels.end() ? 0 : found->second->lines.size();
}

void Tunnels::close() {
  state_->closed = true;
  while (!state_->tunnels.empty()) {
    const auto name = state_->tunnels.begin()->first;
    state_->end(name, std::shared_ptr(state_->tunnels.begin()->second->lines.front()));
  }
}

}  // namespace kontor::platform::http
