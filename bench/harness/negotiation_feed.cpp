#include "harness/negotiation_feed.hpp"

#include "base/text/text.hpp"

namespace kontor::bench {

using installation::Failed;
using platform::async::Deadline;

namespace {

constexpr auto patience = std::chrono::seconds(60);
constexpr std::string_view events_of_negotiations = "contract.negotiation.";

/// What stands behind the name of a field of an event.
std::string_view field_of(std::string_view event, std::string_view name) {
  for (auto line : text::split(event, '\n')) {
    if (line.starts_with(name)) return line.substr(name.size());
  }
  return {};
}

}  // namespace

NegotiationFeed::NegotiationFeed(installation::Driver& driver, const installation::Company& company)
    : driver_(driver),
      request_{.url = installation::management(company, "events"), .token = company.token},
      scope_(driver.loop().executor()),
      changed_(driver.loop().executor(), driver.loop().clock()) {}

NegotiationFeed::~NegotiationFeed() {
  driver_.loop().run(scope_.close());
}

void NegotiationFeed::open() {
  auto stream = driver_.loop().run(driver_.stream(request_));
  if (!stream) throw Failed{request_.url + ": " + stream.error().message()};
  scope_.spawn(read(std::move(*stream)));
}

Task<std::string> NegotiationFeed::end_of(std::string id) {
  if (auto early = ended_.extract(id); !early.empty()) co_return early.mapped();
  auto awaited =
      std::make_shared<Awaited>(platform::async::Signal(driver_.loop().executor(), driver_.loop().clock()));
  awaited_.emplace(id, awaited);
  const auto ticket = awaited->ended.ticket();
  co_await awaited->ended.wait(ticket, Deadline::after(driver_.loop().clock(), patience));
  awaited_.erase(id);
  co_return awaited->state;
}

void NegotiationFeed::await_finalized(std::size_t count) {
  if (!driver_.loop().run(reach(count)))
    throw Failed{"of " + std::to_string(count) + " negotiations " + std::to_string(finalized_) +
                 " are FINALIZED at " + request_.url};
}

Task<bool> NegotiationFeed::reach(std::size_t count) {
  const auto deadline = Deadline::after(driver_.loop().clock(), patience);
  auto ticket = changed_.ticket();
  while (finalized_ < count) {
    const bool notified = co_await changed_.wait(ticket, deadline);
    if (!notified) co_return false;
    ticket = changed_.ticket();
  }
  co_return true;
}

Task<void> NegotiationFeed::read(Stream stream) {
  std::string unread;
  for (;;) {
    auto piece = co_await stream->read();
    if (!piece || piece->empty()) co_return;
    unread += *piece;
    std::size_t begin = 0;
    for (auto end = unread.find("\n\n"); end != std::string::npos; end = unread.find("\n\n", begin)) {
      take(std::string_view(unread).substr(begin, end - begin));
      begin = end + 2;
    }
    unread.erase(0, begin);
  }
}

void NegotiationFeed::take(std::string_view event) {
  auto name = field_of(event, "event: ");
  if (!name.starts_with(events_of_negotiations)) return;
  name.remove_prefix(events_of_negotiations.size());
  if (name != "finalized" && name != "terminated") return;
  const auto envelope = json::parse(field_of(event, "data: "));
  const auto* payload = envelope ? json::find(*envelope, "payload") : nullptr;
  if (payload) hear(installation::text_at(*payload, "contractNegotiationId"), std::string(name));
}

void NegotiationFeed::hear(std::string id, std::string state) {
  if (state == "finalized") ++finalized_;
  changed_.notify();
  const auto found = awaited_.find(id);
  if (found == awaited_.end()) {
    ended_.emplace(std::move(id), std::move(state));
    return;
  }
  found->second->state = std::move(state);
  found->second->ended.notify();
}

}  // namespace kontor::bench
