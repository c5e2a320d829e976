#include "platform/did/web_resolver.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/json/codec.hpp"
#include "base/lru/lru.hpp"
#include "base/text/encoding.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/failure.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/self_contained.hpp"
#include "protocol/did/web.hpp"

namespace kontor::platform::did {
namespace {

namespace did_protocol = protocol::did;

/// What is known of one DID.
struct Entry {
  explicit Entry(boost::asio::any_io_executor executor) : fetching(std::move(executor)) {}

  Document document;
  std::optional<Error> failure;  ///< of the last try, when it failed
  Instant tried_at;
  Instant fetched_at;
  async::Mutex fetching;
};

/// A place among the first fetches on their way.
class Place {
 public:
  using All = std::multiset<std::string>;  ///< of each the authority
  Place(All& all, std::string authority) : all_(all), at_(all.insert(std::move(authority))) {}
  ~Place() { all_.erase(at_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  All& all_;
  All::iterator at_;
};

std::string_view authority_of(const Did& did) {
  const auto specific = did_protocol::method_specific_id(did);
  return specific.substr(0, specific.find(':'));
}

}  // namespace

struct WebResolver::State {
  struct Fetched {
    Document document;
    std::size_t bytes = 0;
  };
  Task<Result<Fetched>> fetch(Did did, async::Deadline deadline);
  Task<Result<Fetched>> fetch_first(Did did, async::Deadline deadline);
  Result<std::string> url_of(const Did& did) const;
  std::shared_ptr<Entry> entry_of(const Did& did);

  boost::asio::any_io_executor executor;
  async::Clock& clock;
  http::Client& client;
  WebResolverConfig config;
  Lru<Did, std::shared_ptr<Entry>> known{config.documents_max,
                                         config.documents_bytes_max};  ///< with a document
  Lru<Did, std::shared_ptr<Entry>> unknown{config.unknown_max};
  Place::All first_fetches = {};
};

WebResolver::WebResolver(async::Scope& scope, async::Clock& clock, http::Client& client,
                         WebResolverConfig config)
    : state_(new State{scope.executor(), clock, client, std::move(config)}) {}
WebResolver::~WebResolver() = default;

void WebResolver::forget() {
  state_->known.clear();
  state_->unknown.clear();
}

Task<Result<Document>> WebResolver::resolve(Did did, Freshness freshness, async::Deadline deadline) {
  auto state = state_;
  if (did_protocol::is_self_contained(did)) {
    auto document = did_protocol::document_of(did);
    if (!document) co_return fail(std::move(document.error()));
    co_return std::make_shared<const did_protocol::DidDocument>(std::move(*document));
  }
  auto entry = state->entry_of(did);
  const auto usable = [&] {
    const auto age = state->clock.now() - entry->fetched_at;
    const auto bound = freshness == Freshness::cached ? state->config.max_age : state->config.refresh_pause;
    return entry->document && age < bound;
  };
  if (usable()) co_return entry->document;
  auto guard = co_await entry->fetching.lock(state->clock, deadline);
  if (!guard) co_return fail(std::move(guard.error()), "wait for the document of {}", did);
  if (usable()) co_return entry->document;
  if (entry->failure && state->clock.now() - entry->tried_at < state->config.failure_max_age) {
    co_return fail(*entry->failure);
  }
  Result<State::Fetched> fetched;
  if (entry->document) {
    fetched = co_await state->fetch(did, deadline);
  } else {
    fetched = co_await state->fetch_first(did, deadline);
  }
  entry->tried_at = state->clock.now();
  if (!fetched) {
    // That there is no room now says nothing of the next try.
    if (fetched.error().code != ErrorCode::unavailable) entry->failure = fetched.error();
    co_return fail(std::move(fetched.error()));
  }
  entry->failure.reset();
  entry->fetched_at = entry->tried_at;
  entry->document = std::move(fetched->document);
  state->unknown.erase(did);
  state->known.put(did, entry, fetched->bytes);
  co_return entry->document;
}

std::shared_ptr<Entry> WebResolver::State::entry_of(const Did& did) {
  if (const auto* found = known.find(did)) return *found;
  if (const auto* found = unknown.find(did)) return *found;
  auto entry = std::make_shared<Entry>(executor);
  unknown.put(did, entry);
  return entry;
}

Task<Result<WebResolver::State::Fetched>> WebResolver::State::fetch_first(Did did, async::Deadline deadline) {
  std::string authority(authority_of(did));
  const bool has_room = first_fetches.size() < config.first_fetches_max &&
                        first_fetches.count(authority) < config.first_fetches_per_authority_max;
  if (!has_room) {
    co_return fail(ErrorCode::unavailable,
                   "resolve {}: too many unknown DIDs are looked for, come back later", did);
  }
  const Place place(first_fetches, std::move(authority));
  auto fetched = co_await fetch(std::move(did), deadline);
  co_return fetched;
}

Result<std::string> WebResolver::State::url_of(const Did& did) const {
  auto decoded = text::percent_decode(authority_of(did));
  if (!decoded) return fail(std::move(decoded.error()));
  const auto& plain = config.plain_http_authorities;
  const bool is_plain = std::find(plain.begin(), plain.end(), *decoded) != plain.end();
  return did_protocol::document_url(
      did, is_plain ? did_protocol::WebScheme::http : did_protocol::WebScheme::https);
}

Task<Result<WebResolver::State::Fetched>> WebResolver::State::fetch(Did did, async::Deadline deadline) {
  auto url = url_of(did);
  if (!url) co_return fail(std::move(url.error()), "resolve {}", did);
  http::Request request;
  request.target = *url;
  request.headers.set("Accept", "application/did+json, application/json");
  http::SendOptions options{.deadline = deadline, .body_bytes_max = config.document_bytes_max};
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "resolve {} at {}", did, *url);
  if (response->status != 200) {
    co_return fail(http::failure_of(response->status), "resolve {}: {} answered {}", did, *url,
                   response->status);
  }
  auto document = json::decode<did_protocol::DidDocument>(response->body.text);
  if (!document) co_return fail(std::move(document.error()), "read the document at {}", *url);
  if (document->id != did) {
    co_return fail(ErrorCode::invalid_input, "the document at {} is that of {}", *url, document->id);
  }
  co_return Fetched{std::make_shared<const did_protocol::DidDocument>(std::move(*document)),
                    response->body.text.size()};
}

}  // namespace kontor::platform::did
