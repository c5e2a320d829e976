#include "runtime/identity/status_lists.hpp"

#include <optional>

#include "base/lru/lru.hpp"
#include "platform/async/signal.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/identity/resolve_keys.hpp"

namespace kontor::runtime::identity {

namespace http = platform::http;
namespace vc = protocol::vc;
using List = std::shared_ptr<const vc::StatusList>;

namespace {

struct Entry {
  explicit Entry(boost::asio::any_io_executor executor) : fetching(std::move(executor)) {}

  List list;
  Instant good_until;
  std::optional<Error> failure;  ///< of the last try, when it failed
  Instant failed_at;
  platform::async::Mutex fetching;
};

}  // namespace

struct StatusLists::State {
  Task<Result<List>> fetch(std::string url, platform::async::Deadline deadline);
  std::shared_ptr<Entry> entry_of(const std::string& url);

  boost::asio::any_io_executor executor;
  platform::async::Clock& clock;
  http::Client& client;
  platform::did::Resolver& resolver;
  StatusListsConfig config;
  Lru<std::string, std::shared_ptr<Entry>> entries{config.lists_max};
  std::uint64_t signatures_checked = 0;
};

StatusLists::StatusLists(platform::async::Scope& scope, platform::async::Clock& clock, http::Client& client,
                         platform::did::Resolver& resolver, StatusListsConfig config)
    : state_(new State{scope.executor(), clock, client, resolver, config}) {}
StatusLists::~StatusLists() = default;

std::uint64_t StatusLists::signatures_checked() const {
  return state_->signatures_checked;
}

void StatusLists::forget() {
  state_->entries.clear();
}

Task<Result<List>> StatusLists::list(std::string url, platform::async::Deadline deadline) {
  auto state = state_;
  auto entry = state->entry_of(url);
  const auto usable = [&] { return entry->list && state->clock.now() < entry->good_until; };
  if (usable()) co_return entry->list;
  auto guard = co_await entry->fetching.lock(state->clock, deadline);
  if (!guard) co_return fail(std::move(guard.error()), "wait for the status list {}", url);
  if (usable()) co_return entry->list;
  if (entry->failure && state->clock.now() - entry->failed_at < state->config.failure_max_age) {
    co_return fail(*entry->failure);
  }
  // The age counts from the question: what was revoked while the answer was on its way is younger.
  const auto asked_at = state->clock.now();
  const auto latest = std::min(deadline.at, asked_at + state->config.fetch_timeout);
  auto fetched = co_await state->fetch(std::move(url), {latest});
  if (!fetched) {
    // A deadline that passed says nothing of the next try.
    if (fetched.error().code != ErrorCode::timeout) entry->failure = fetched.error();
    entry->failed_at = state->clock.now();
    co_return fail(std::move(fetched.error()));
  }
  entry->failure.reset();
  entry->list = *fetched;
  entry->good_until = asked_at + state->config.max_age;
  if (entry->list->valid_until) entry->good_until = std::min(entry->good_until, *entry->list->valid_until);
  co_return entry->list;
}

std::shared_ptr<Entry> StatusLists::State::entry_of(const std::string& url) {
  if (const auto* found = entries.find(url)) return *found;
  auto entry = std::make_shared<Entry>(executor);
  entries.put(url, entry);
  return entry;
}

Task<Result<List>> StatusLists::State::fetch(std::string url, platform::async::Deadline deadline) {
  http::Request request;
  request.target = url;
  request.headers.set("Accept", "application/vc+jwt");
  http::SendOptions options{.deadline = deadline, .body_bytes_max = config.list_bytes_max};
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "fetch the status list {}", url);
  if (response->status != 200) {
    const bool passes = response->status >= 500 || response->status == 408 || response->status == 429;
    co_return fail(passes ? ErrorCode::peer_unavailable : ErrorCode::peer_refused,
                   "the status list {} was answered {}", url, response->status);
  }
  auto credential = vc::parse_credential(response->body.text);
  if (!credential) co_return fail(std::move(credential.error()), "read the status list {}", url);
  // Whether the issuer's keys need to be declared is decided with the credential: its key and the list's stand
  // in one document.
  auto keys = co_await resolve_keys(resolver, vc::required_keys(*credential),
                                    protocol::did::RelationshipPolicy::tolerant, deadline);
  for (auto& [reference, key] : keys) {
    if (!key && key.error().row().retry == Retry::later)
      co_return fail(std::move(key.error()), "verify the status list {}", url);
  }
  ++signatures_checked;
  auto list = vc::verify_status_list(*credential, keys, clock.now());
  if (!list) co_return fail(std::move(list.error()), "verify the status list {}", url);
  co_return std::make_shared<const vc::StatusList>(std::move(*list));
}

}  // namespace kontor::runtime::identity
