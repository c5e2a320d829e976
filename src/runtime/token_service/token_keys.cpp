#include "runtime/token_service/token_keys.hpp"

#include <algorithm>

namespace kontor::runtime::token_service {

namespace jose = protocol::jose;
using platform::store::installation_context;
using platform::vault::KeyAlias;

namespace {

const EntityId keys_id{"signing-keys"};
/// After its last token, for clocks that differ.
constexpr Duration published_after = std::chrono::minutes(1);

/// The newest that may sign. There is one: the first key of all may at once.
const SigningKey& signer(const SigningKeys& all, Instant now) {
  const auto newest = std::ranges::find_if(all.keys.rbegin(), all.keys.rend(),
                                           [now](const SigningKey& key) { return key.signs_from <= now; });
  return newest == all.keys.rend() ? all.keys.front() : *newest;
}

}  // namespace

TokenKeys::TokenKeys(platform::async::Scope& scope, platform::engine::Engine& engine,
                     platform::vault::Vault& vault, Lifetimes lifetimes)
    : engine_(engine), vault_(vault), lifetimes_(lifetimes), rotating_(scope.executor()) {
  lifetimes_.published_first = std::min(lifetimes_.published_first, lifetimes_.key / 2);
}

Task<Result<void>> TokenKeys::prepare() {
  auto ready = co_await signing_keys();
  if (!ready) co_return fail(std::move(ready.error()));
  co_return Result<void>{};
}

/// The last key is young enough, so that there is nothing to be made.
bool TokenKeys::has_successor_in_time(const SigningKeys& all) const {
  const auto alone_for = lifetimes_.key - lifetimes_.published_first;
  return !all.keys.empty() && engine_.clock().now() - all.keys.back().created_at < alone_for;
}

/// As long as no successor can be made, the one that is too old signs on.
Task<Result<SigningKeys>> TokenKeys::signing_keys() {
  if (keys_ && has_successor_in_time(*keys_)) co_return *keys_;
  auto guard = co_await rotating_.lock();
  if (keys_ && has_successor_in_time(*keys_)) co_return *keys_;
  auto loaded = co_await engine_.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!loaded && loaded.error().code != ErrorCode::not_found) co_return fail(std::move(loaded.error()));
  if (loaded && has_successor_in_time(loaded->entity)) {
    keys_ = std::move(loaded->entity);
    co_return *keys_;
  }
  auto added = co_await add_key(loaded ? loaded->entity : SigningKeys{}, loaded ? loaded->version : 0);
  if (added) co_return *keys_;
  auto others = co_await engine_.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!others || others->entity.keys.empty()) co_return fail(std::move(added.error()));
  keys_ = std::move(others->entity);
  co_return *keys_;
}

Task<Result<void>> TokenKeys::add_key(SigningKeys next, entity::Version version) {
  const auto now = engine_.clock().now();
  const auto kid = "token-" + new_uuid(engine_.random());
  auto public_key = co_await vault_.create_key(installation_context(), KeyAlias(kid), crypto::KeyType::p256);
  if (!public_key) co_return fail(std::move(public_key.error()), "make a key that signs access tokens");
  public_key->kid = kid;
  std::vector<KeyAlias> ended;
  std::erase_if(next.keys, [&](const SigningKey& key) {
    const bool over = key.replaced_at && now - *key.replaced_at > lifetimes_.token * 2;
    if (over) ended.emplace_back(key.kid);
    return over;
  });
  const auto signs_from = next.keys.empty() ? now : now + lifetimes_.published_first;
  if (!next.keys.empty()) next.keys.back().replaced_at = signs_from;
  next.keys.push_back({kid, std::move(*public_key), now, signs_from, {}});
  auto put = co_await engine_.put<SigningKeysDocument>({installation_context(), keys_id}, next, version);
  if (!put) {
    auto kept = co_await kept_after_all(kid);
    if (!kept) co_return fail(std::move(put.error()));
    next = std::move(*kept);
  }
  // What cannot be destroyed signs nothing any more all the same.
  for (auto& alias : ended) co_await vault_.destroy_key(installation_context(), std::move(alias));
  keys_ = std::move(next);
  co_return Result<void>{};
}

/// A commit that failed may be durable: only its acknowledgement was lost. A key that the document does not
/// name is nobody's; as long as the document cannot be read, that is not known.
Task<std::optional<SigningKeys>> TokenKeys::kept_after_all(std::string kid) {
  auto stored = co_await engine_.load<SigningKeysDocument>(installation_context(), keys_id);
  const bool is_kept =
      stored && std::ranges::find(stored->entity.keys, kid, &SigningKey::kid) != stored->entity.keys.end();
  if (is_kept) co_return std::move(stored->entity);
  const bool is_known = stored || stored.error().code == ErrorCode::not_found;
  if (is_known) co_await vault_.destroy_key(installation_context(), KeyAlias(kid));
  co_return std::nullopt;
}

Task<Result<SigningKeys>> TokenKeys::load() {
  if (keys_ && has_successor_in_time(*keys_)) co_return *keys_;
  auto loaded = co_await engine_.load<SigningKeysDocument>(installation_context(), keys_id);
  if (!loaded && keys_) co_return *keys_;
  if (!loaded) co_return fail(ErrorCode::unavailable, "there is no key yet that signs access tokens");
  keys_ = std::move(loaded->entity);
  co_return *keys_;
}

Task<Result<std::string>> TokenKeys::sign(jose::Claims claims) {
  auto all = co_await signing_keys();
  if (!all) co_return fail(std::move(all.error()));
  const auto& kid = signer(*all, engine_.clock().now()).kid;
  jose::Header header{.alg = jose::Algorithm::es256, .kid = kid, .typ = "at+jwt"};
  auto input = jose::make_signing_input(header, claims);
  auto signature = co_await vault_.sign(installation_context(), KeyAlias(kid), input);
  if (!signature) co_return fail(std::move(signature.error()), "sign an access token");
  co_return jose::assemble(std::move(input), *signature);
}

Task<Result<jose::Jwks>> TokenKeys::published() {
  auto all = co_await load();
  if (!all) co_return fail(std::move(all.error()));
  const auto oldest = engine_.clock().now() - lifetimes_.token - published_after;
  jose::Jwks set;
  for (auto& key : all->keys) {
    if (key.replaced_at && *key.replaced_at < oldest) continue;
    key.public_key.kid = key.kid;
    set.keys.push_back(std::move(key.public_key));
  }
  co_return set;
}

}  // namespace kontor::runtime::token_service
