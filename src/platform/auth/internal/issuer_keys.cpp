#include "platform/auth/internal/issuer_keys.hpp"

#include "base/json/codec.hpp"
#include "base/text/text.hpp"

namespace kontor::platform::auth::internal {

namespace jose = protocol::jose;

namespace {

constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr std::string_view discovery_path = "/.well-known/openid-configuration";

/// What we need of a discovery document (OpenID Connect Discovery §4).
struct Discovered {
  std::string issuer;
  std::string jwks_uri;
};

Result<void> read(const json::Node& node, Discovered& out) {
  json::ObjectReader in(node);
  in.required("issuer", out.issuer).required("jwks_uri", out.jwks_uri);
  return in.done();
}

}  // namespace

IssuerKeys::IssuerKeys(boost::asio::any_io_executor executor, async::Clock& clock, http::Client& client,
                       TrustedIssuer trusted, KeyBounds bounds)
    : clock_(clock),
      client_(client),
      trusted_(std::move(trusted)),
      bounds_(bounds),
      keys_url_(trusted_.jwks_url),
      asking_(std::move(executor)) {}

Task<Result<crypto::PublicKey>> IssuerKeys::find(std::optional<std::string> id) {
  if (const auto* key = known(id); key && fresh()) co_return *key;
  auto guard = co_await asking_.lock();
  if (const auto* key = known(id); key && fresh()) co_return *key;
  if (may_ask(known(id) != nullptr)) last_ = co_await refresh();
  if (const auto* key = known(id)) co_return *key;
  if (!last_)
    co_return fail(ErrorCode::unavailable, "the keys of {} are not known: {}", trusted_.issuer,
                   last_.error().message());
  co_return fail(ErrorCode::unauthenticated, "the access token's key is not known");
}

Instant IssuerKeys::good_until() const {
  if (fresh()) return *fetched_at_ + bounds_.max_age;
  return asked_at_.value_or(clock_.now()) + bounds_.retry_pause;
}

const crypto::PublicKey* IssuerKeys::known(const std::optional<std::string>& id) const {
  const crypto::PublicKey* found = nullptr;
  for (const auto& each : keys_) {
    if (id && each.id != id) continue;
    if (found) return nullptr;
    found = &each.key;
  }
  return found;
}

bool IssuerKeys::fresh() const {
  return fetched_at_ && clock_.now() - *fetched_at_ < bounds_.max_age;
}

bool IssuerKeys::may_ask(bool is_known) const {
  if (!asked_at_) return true;
  // Who holds a key that is only old is not kept waiting by an issuer that was just found unreachable.
  const bool waits_longer = is_known && !last_;
  return clock_.now() - *asked_at_ >= (waits_longer ? bounds_.retry_pause : bounds_.refresh_pause);
}

Task<Result<void>> IssuerKeys::refresh() {
  asked_at_ = clock_.now();
  const auto deadline = async::Deadline::after(clock_, bounds_.fetch_timeout);
  if (keys_url_.empty()) {
    auto found = co_await discover(deadline);
    if (!found) co_return fail(std::move(found.error()), "discover the keys of {}", trusted_.issuer);
    keys_url_ = std::move(*found);
  }
  auto body = co_await get(keys_url_, deadline);
  if (!body) {
    keys_url_ = trusted_.jwks_url;  // they may have moved
    co_return fail(std::move(body.error()));
  }
  auto jwks = json::decode<jose::Jwks>(*body);
  if (!jwks) co_return fail(std::move(jwks.error()), "read the keys at {}", keys_url_);
  std::vector<Known> keys;
  for (auto& jwk : jwks->keys) {
    auto key = jose::verification_key(jwk);
    if (key) keys.push_back({std::move(jwk.kid), std::move(*key)});
  }
  keys_ = std::move(keys);
  fetched_at_ = asked_at_;
  co_return Result<void>{};
}

Task<Result<std::string>> IssuerKeys::discover(async::Deadline deadline) {
  auto base = std::string_view(trusted_.issuer);
  if (base.ends_with('/')) base.remove_suffix(1);
  const auto url = std::string(base) + std::string(discovery_path);
  auto body = co_await get(url, deadline);
  if (!body) co_return fail(std::move(body.error()));
  auto document = json::decode<Discovered>(*body);
  if (!document) co_return fail(std::move(document.error()), "read {}", url);
  if (document->issuer != trusted_.issuer) {
    co_return fail(ErrorCode::peer_refused, "{} is that of the issuer '{}'", url,
                   text::for_log(document->issuer));
  }
  if (trusted_.issuer.starts_with("https:") && !document->jwks_uri.starts_with("https:")) {
    co_return fail(ErrorCode::peer_refused, "{} names keys without TLS", url);
  }
  co_return std::move(document->jwks_uri);
}

Task<Result<std::string>> IssuerKeys::get(std::string url, async::Deadline deadline) {
  http::Request request;
  request.target = url;
  request.headers.set("Accept", "application/json");
  http::SendOptions options{
      .deadline = deadline, .trust = trusted_.reach, .body_bytes_max = answer_bytes_max};
  auto response = co_await client_.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200) {
    co_return fail(ErrorCode::peer_unavailable, "{} answered {}", url, response->status);
  }
  co_return std::move(response->body.text);
}

}  // namespace kontor::platform::auth::internal
