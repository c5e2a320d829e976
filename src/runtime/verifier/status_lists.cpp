#include "runtime/verifier/status_lists.hpp"

#include <algorithm>

#include "platform/http/failure.hpp"
#include "platform/http/freshness.hpp"
#include "protocol/vc/verify.hpp"
#include "runtime/verifier/fetched.hpp"
#include "runtime/verifier/resolve_keys.hpp"

namespace kontor::runtime::verifier {

namespace http = platform::http;
namespace vc = protocol::vc;
using platform::async::Deadline;
using List = std::shared_ptr<const vc::StatusList>;

namespace {

/// A list, and the number of the change by which it came to say what it says.
struct Seen {
  vc::StatusList list;
  std::uint64_t changed = 0;
};

}  // namespace

struct StatusLists::State {
  State(platform::async::Scope& scope, platform::async::Clock& clock_in, http::Client& client_in,
        platform::did::Resolver& resolver_in, StatusListsConfig config_in)
      : clock(clock_in),
        client(client_in),
        resolver(resolver_in),
        config(config_in),
        lists(scope.executor(), clock,
              {config.failure_max_age, config.fetch_timeout, config.lists_max, config.lists_bytes_max},
              [this](std::string url, Deadline deadline) { return fetch(std::move(url), deadline); }) {}

  Task<Result<Fetched<Seen>::Fresh>> fetch(std::string url, Deadline deadline);
  std::shared_ptr<const Seen> seen(const std::string& url, vc::StatusList list);

  platform::async::Clock& clock;
  http::Client& client;
  platform::did::Resolver& resolver;
  StatusListsConfig config;
  Fetched<Seen> lists;
  std::uint64_t changes = 0;
  std::uint64_t signatures_checked = 0;
};

StatusLists::StatusLists(platform::async::Scope& scope, platform::async::Clock& clock, http::Client& client,
                         platform::did::Resolver& resolver, StatusListsConfig config)
    : state_(std::make_shared<State>(scope, clock, client, resolver, config)) {}
StatusLists::~StatusLists() = default;

std::uint64_t StatusLists::signatures_checked() const {
  return state_->signatures_checked;
}

void StatusLists::forget() {
  state_->lists.forget();
}

Task<Result<List>> StatusLists::list(std::string url, Deadline deadline) {
  auto state = state_;
  auto seen = co_await state->lists.get(std::move(url), deadline);
  if (!seen) co_return fail(std::move(seen.error()));
  co_return List(*seen, &(*seen)->list);
}

std::uint64_t StatusLists::changes() const {
  return state_->changes;
}

std::uint64_t StatusLists::changed(const std::string& url) const {
  const auto seen = state_->lists.last(url);
  return seen ? seen->changed : 0;
}

std::shared_ptr<const Seen> StatusLists::State::seen(const std::string& url, vc::StatusList list) {
  const auto before = lists.last(url);
  Seen now{.list = std::move(list)};
  if (before) now.changed = before->list.bits == now.list.bits ? before->changed : ++changes;
  return std::make_shared<const Seen>(std::move(now));
}

Task<Result<Fetched<Seen>::Fresh>> StatusLists::State::fetch(std::string url, Deadline deadline) {
  // The age counts from the question: what was revoked while the answer was on its way is younger.
  const auto asked_at = clock.now();
  auto good_until = asked_at + config.max_age;
  http::Request request;
  request.target = url;
  request.headers.set("Accept", "application/vc+jwt");
  http::SendOptions options{.deadline = deadline, .body_bytes_max = config.list_bytes_max};
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "fetch the status list {}", url);
  if (response->status != 200) {
    co_return fail(http::failure_of(response->status), "the status list {} was answered {}", url,
                   response->status);
  }
  auto credential = vc::parse_credential(response->body.text);
  if (!credential) co_return fail(std::move(credential.error()), "read the status list {}", url);
  // Whether the issuer's keys need to be declared is decided with the credential: its key and the list's
  // stand in one document.
  auto keys = co_await resolve_keys(resolver, vc::required_keys(*credential),
                                    protocol::did::RelationshipPolicy::tolerant, deadline);
  for (auto& [reference, key] : keys) {
    if (!key && key.error().row().retry == Retry::later)
      co_return fail(std::move(key.error()), "verify the status list {}", url);
  }
  ++signatures_checked;
  auto list = vc::verify_status_list(*credential, keys, clock.now());
  if (!list) co_return fail(std::move(list.error()), "verify the status list {}", url);
  if (list->valid_until) good_until = std::min(good_until, *list->valid_until);
  if (const auto fresh = http::freshness(response->headers))
    good_until = std::min(good_until, Instant(asked_at + *fresh));
  const auto bytes = list->bits.bytes().size();
  co_return Fetched<Seen>::Fresh{seen(url, std::move(*list)), good_until, bytes};
}

}  // namespace kontor::runtime::verifier
