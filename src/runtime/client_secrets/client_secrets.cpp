#include "runtime/client_secrets/client_secrets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto/hash.hpp"

namespace kontor::runtime::client_secrets {
namespace {

constexpr std::size_t proven_max = 10'000;
/// Secrets that are checked or wait for it: each costs a slow hash.
constexpr std::size_t waiting_max = 64;
constexpr std::size_t waiting_per_client_max = 8;

/// What is compared with when there is no client, so that it takes as long.
std::string hash_of_nobody() {
  return crypto::hash_secret(crypto::Secret("nobody"), crypto::Salt{}, crypto::generated_secret_cost);
}

/// The one of them that was made of the secret. Errors: internal, for a hash that cannot be read.
Result<std::optional<std::string>> match(const crypto::Secret& secret,
                                         const std::vector<std::string>& hashes) {
  for (const auto& hash : hashes) {
    auto matches = crypto::verify_secret(secret, hash);
    if (!matches) return fail(ErrorCode::internal, "a client's stored secret cannot be read");
    if (*matches) return hash;
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_grant(std::string_view grant_type) {
  if (grant_type == "client_credentials") return {};
  return fail(Error(ErrorCode::forbidden,
                    fmt::format("'{}' is not supported, use client_credentials", grant_type), "/grant_type"));
}

Result<void> check_chosen(const crypto::Secret& secret) {
  if (secret.size() < chosen_secret_bytes_min || secret.size() > credential_bytes_max) {
    return invalid("/clientSecret", "must have {} to {} bytes, made at random", chosen_secret_bytes_min,
                   credential_bytes_max);
  }
  return {};
}

Result<Duration> check_overlap(std::int64_t seconds) {
  const Duration overlap = std::chrono::seconds(std::clamp<std::int64_t>(seconds, -1, INT32_MAX));
  if (overlap >= Duration{0} && overlap <= overlap_max) return overlap;
  return invalid("/previousGoodForSeconds", "must be 0 to {}",
                 std::chrono::duration_cast<std::chrono::seconds>(overlap_max).count());
}

ClientSecrets::ClientSecrets(Random& random, platform::async::Clock& clock, std::size_t hashing_threads)
    : random_(random),
      clock_(clock),
      guesses_(clock),
      proven_(proven_max),
      nobody_(hash_of_nobody()),
      hashing_(hashing_threads) {}

Task<std::string> ClientSecrets::hash(crypto::Secret secret, crypto::HashCost cost) {
  const auto salt = crypto::new_salt(random_);
  std::string hashed;
  co_await hashing_.run([&] { hashed = crypto::hash_secret(secret, salt, cost); });
  co_return hashed;
}

Task<Result<bool>> ClientSecrets::matches(Credentials claimed, KeptSecrets kept) {
  if (claimed.id.size() > credential_bytes_max || claimed.secret.size() > credential_bytes_max) {
    co_return false;
  }
  const auto digest = crypto::sha256_hex(claimed.id + "\n" + claimed.secret);
  auto hashes = good_at(kept, clock_.now());
  const auto* known = proven_.find(digest);
  if (known && std::ranges::find(hashes, *known) != hashes.end()) co_return true;
  const Guesses::Place place{claimed.id, std::move(claimed.address)};
  if (auto may = guesses_.check(place); !may) co_return fail(std::move(may.error()));
  const bool has_secret = !hashes.empty();
  if (!has_secret) hashes.push_back(nobody_);
  auto matched =
      co_await find_match(std::move(claimed.id), crypto::Secret(claimed.secret), std::move(hashes));
  if (!matched) co_return fail(std::move(matched.error()));
  if (!*matched || !has_secret) {
    guesses_.wrong(place);
    co_return false;
  }
  guesses_.right(place);
  proven_.put(digest, std::move(**matched));
  co_return true;
}

Task<Result<KeptSecrets>> ClientSecrets::replace(KeptSecrets kept, crypto::Secret next, Duration overlap) {
  Result<std::optional<std::string>> same = std::nullopt;
  if (!kept.current.empty()) co_await hashing_.run([&] { same = match(next, {kept.current}); });
  if (!same) co_return fail(std::move(same.error()));
  if (*same) co_return kept;
  auto hashed = co_await hash(std::move(next));
  co_return replaced(std::move(kept), std::move(hashed), overlap, clock_.now());
}

Task<Result<std::optional<std::string>>> ClientSecrets::find_match(std::string client, crypto::Secret secret,
                                                                   std::vector<std::string> hashes) {
  auto& waiting = waiting_[client];
  if (all_waiting_ >= waiting_max || waiting >= waiting_per_client_max) {
    if (waiting == 0) waiting_.erase(client);
    co_return fail(ErrorCode::too_many_requests, "too many secrets are being checked, come back later");
  }
  ++waiting;
  ++all_waiting_;
  Result<std::optional<std::string>> matched = std::nullopt;
  co_await hashing_.run([&] { matched = match(secret, hashes); });
  --all_waiting_;
  const auto entry = waiting_.find(client);
  if (--entry->second == 0) waiting_.erase(entry);
  if (!matched) co_return fail(std::move(matched.error()), "check the secret of client '{}'", client);
  co_return matched;
}

}  // namespace kontor::runtime::client_secrets
