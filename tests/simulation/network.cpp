#include "network.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::simulation {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t body_bytes_max = 16 * 1024 * 1024;

}  // namespace

struct Network::Fate {
  bool request_lost = false;
  bool reply_lost = false;
  bool silent = false;  ///< what is lost is not even reset: the caller waits for its deadline
  bool duplicated = false;
  Duration there{};
  Duration back{};
  Duration again{};  ///< from the first arrival to that of the duplicate
};

struct Network::Exchange {
  Exchange(boost::asio::any_io_executor executor, async::Clock& clock) : done(std::move(executor), clock) {}

  void finish(Result<http::Response> result) {
    if (outcome) return;
    outcome.emplace(std::move(result));
    done.notify();
  }

  std::uint64_t number = 0;
  std::string from;
  std::string to;  ///< the site; empty: nobody is there
  std::string authority;
  std::string what;  ///< method and target
  async::Signal done;
  std::optional<Result<http::Response>> outcome = {};
};

Network::Network(boost::asio::any_io_executor executor, async::Clock& clock, Journal& journal,
                 std::uint64_t seed)
    : executor_(std::move(executor)), clock_(clock), journal_(journal), random_(seed) {}

void Network::serve(const std::string& authority, Service service) {
  services_[authority] = std::make_shared<Service>(std::move(service));
}

void Network::close(const std::string& site) {
  std::erase_if(services_, [&](const auto& entry) { return entry.second->site == site; });
}

void Network::crash(const std::string& site) {
  for (auto& [authority, service] : services_) {
    if (service->site == site) service->alive = false;
  }
  close(site);
  for (auto place = served_.begin(); place != served_.end();) {
    auto exchange = (*place)->to == site ? *place : nullptr;
    place = exchange ? served_.erase(place) : std::next(place);
    if (exchange) break_off(exchange, delay(), "connection reset");
  }
}

std::size_t Network::under_way(const std::string& site) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(served_, [&](const auto& each) { return each->to == site; }));
}

void Network::suffer(const Faults& faults) {
  faults_ = faults;
  partitions_left_ = faults.partitions;
  if (partitions_left_ > 0) events_to_part_ = 1 + random_.below(faults.events_to_part);
}

void Network::heal() {
  faults_ = {};
  partitions_left_ = 0;
  parted_until_ = {};
}

Task<Result<http::Response>> Network::send(std::string from, http::Request request,
                                           http::SendOptions options) {
  auto url = http::parse_url(request.target);
  if (!url) co_return fail(std::move(url.error()));
  auto exchange = std::make_shared<Exchange>(executor_, clock_);
  exchange->number = ++messages_;
  exchange->from = std::move(from);
  exchange->authority = fmt::format("{}:{}", url->host, url->port);
  exchange->what = request.method + " " + url->target;
  const auto service = services_.find(exchange->authority);
  if (service != services_.end()) exchange->to = service->second->site;
  const auto fate = draw_fate();
  journal_.happened(exchange->from,
                    fmt::format("#{} sends {} to {}{}{}{}", exchange->number, exchange->what,
                                exchange->authority, fate.request_lost ? " (lost)" : "",
                                fate.reply_lost ? " (reply lost)" : "", fate.duplicated ? " (twice)" : ""));
  maybe_part(*exchange);
  request.headers.set("Host", url->authority());
  request.target = url->target;
  request.peer_address = "192.0.2.1";
  auto ticket = exchange->done.ticket();
  if (fate.duplicated) {
    after(fate.there + fate.again, [this, exchange, request, fate] { arrive(exchange, request, fate); });
  }
  after(fate.there, [this, exchange, request = std::move(request), fate]() mutable {
    arrive(exchange, std::move(request), fate);
  });
  while (!exchange->outcome) {
    const bool notified = co_await exchange->done.wait(ticket, options.deadline);
    if (!notified) break;
    ticket = exchange->done.ticket();
  }
  if (exchange->outcome) co_return std::move(*exchange->outcome);
  const bool late = options.deadline.passed(clock_);
  exchange->outcome.emplace(fail(ErrorCode::cancelled, "nobody waits any more"));
  co_return fail(late ? ErrorCode::timeout : ErrorCode::cancelled, "no answer to {}", exchange->what);
}

Network::Fate Network::draw_fate() {
  Fate fate{.there = delay(), .back = delay(), .again = between(random_, 0us, 3s)};
  fate.request_lost = happens(random_, faults_.request_lost);
  fate.reply_lost = !fate.request_lost && happens(random_, faults_.reply_lost);
  fate.silent = happens(random_, 300);
  fate.duplicated = happens(random_, faults_.duplicated);
  return fate;
}

Duration Network::delay() {
  if (happens(random_, faults_.delayed)) return between(random_, 100ms, 8s);
  return between(random_, 100us, 2ms);
}

void Network::after(Duration delay, std::function<void()> run) {
  const auto place = flights_.emplace(flights_.end());
  place->alarm = clock_.alarm(clock_.now() + delay, [this, place, run = std::move(run)] {
    auto landed = run;
    flights_.erase(place);
    landed();
  });
}

void Network::maybe_part(const Exchange& exchange) {
  if (partitions_left_ == 0 || exchange.to.empty() || exchange.to == exchange.from) return;
  if (--events_to_part_ > 0) return;
  --partitions_left_;
  events_to_part_ = 1 + random_.below(faults_.events_to_part);
  const auto length = between(random_, 100ms, faults_.partition_max);
  parted_until_ = clock_.now() + length;
  journal_.happened("network",
                    fmt::format("is parted for {} ms",
                                std::chrono::duration_cast<std::chrono::milliseconds>(length).count()));
}

bool Network::parted(const Exchange& exchange) const {
  return exchange.from != exchange.to && clock_.now() < parted_until_;
}

void Network::break_off(const ExchangePtr& exchange, Duration delay, const char* why) {
  after(delay, [exchange, why] {
    exchange->finish(fail(ErrorCode::peer_unavailable, "reach {}: {}", exchange->authority, why));
  });
}

void Network::arrive(const ExchangePtr& exchange, http::Request request, const Fate& fate) {
  if (parted(*exchange)) return;
  if (fate.request_lost) {
    if (!fate.silent) break_off(exchange, fate.back, "connection reset");
    return;
  }
  const auto found = services_.find(exchange->authority);
  if (found == services_.end()) return break_off(exchange, fate.back, "connection refused");
  const auto service = found->second;
  exchange->to = service->site;
  journal_.happened(service->site, fmt::format("#{} receives {}", exchange->number, exchange->what));
  service->on_message();
  if (!service->alive) return break_off(exchange, fate.back, "connection reset");
  served_.push_back(exchange);
  service->scope->spawn(handle(service, exchange, std::move(request), fate));
}

Task<void> Network::handle(ServicePtr service, ExchangePtr exchange, http::Request request, Fate fate) {
  auto response = co_await service->handler(std::move(request));
  auto body = co_await std::move(response.body).collect(body_bytes_max);
  if (!service->alive) co_return;
  if (const auto place = std::ranges::find(served_, exchange); place != served_.end()) served_.erase(place);
  if (!body) co_return break_off(exchange, fate.back, "the answer was cut off");
  response.body = {.text = std::move(*body)};
  answer(exchange, std::move(response), fate);
}

void Network::answer(const ExchangePtr& exchange, http::Response response, const Fate& fate) {
  journal_.happened(exchange->to,
                    fmt::format("#{} answers {} with {}", exchange->number, exchange->what, response.status));
  if (response.status >= 400) journal_.note(exchange->to, response.body.text);
  if (fate.reply_lost) {
    if (!fate.silent) break_off(exchange, fate.back, "connection reset");
    return;
  }
  after(fate.back, [this, exchange, response = std::move(response)]() mutable {
    if (!parted(*exchange)) exchange->finish(std::move(response));
  });
}

Task<Result<http::Response>> NetworkClient::send(http::Request request, http::SendOptions options) {
  if (cut_) co_return fail(ErrorCode::cancelled, "this process has crashed");
  auto answer = co_await network_.send(site_, std::move(request), options);
  if (cut_) co_return fail(ErrorCode::cancelled, "this process has crashed");
  if (answer && answer->body.text.size() > options.body_bytes_max) {
    co_return fail(ErrorCode::too_large, "the answer is above {} bytes", options.body_bytes_max);
  }
  co_return answer;
}

}  // namespace kontor::simulation
