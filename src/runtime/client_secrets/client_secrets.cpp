#include "runtime/client_secrets/client_secrets.hpp"

#include <fmt/format.h>

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

ClientSecrets::ClientSecrets(Random& random, std::size_t hashing_threads)
    : random_(random), proven_(proven_max), nobody_(hash_of_nobody()), hashing_(hashing_threads) {}

Task<std::string> ClientSecrets::hash(crypto::Secret secret, crypto::HashCost cost) {
  const auto salt = crypto::new_salt(random_);
  std::string hashed;
  co_await hashing_.run([&] { hashed = crypto::hash_secret(secret, salt, cost); });
  co_return hashed;
}

Task<Result<bool>> ClientSecrets::matches(Credentials claimed, std::string stored_hash) {
  if (claimed.id.size() > credential_bytes_max || claimed.secret.size() > credential_bytes_max) {
    co_return false;
  }
  const auto digest = crypto::sha256_hex(claimed.id + "\n" + claimed.secret);
  const auto* known = proven_.find(digest);
  const bool has_secret = !stored_hash.empty();
  if (has_secret && known && *known == stored_hash) co_return true;
  auto matching = co_await check(std::move(claimed), has_secret ? stored_hash : nobody_);
  if (!matching) co_return fail(std::move(matching.error()));
  if (!*matching || !has_secret) co_return false;
  proven_.put(digest, std::move(stored_hash));
  co_return true;
}

Task<Result<bool>> ClientSecrets::check(Credentials claimed, std::string stored_hash) {
  auto& waiting = waiting_[claimed.id];
  if (all_waiting_ >= waiting_max || waiting >= waiting_per_client_max) {
    if (waiting == 0) waiting_.erase(claimed.id);
    co_return fail(ErrorCode::too_many_requests, "too many secrets are being checked, come back later");
  }
  ++waiting;
  ++all_waiting_;
  Result<bool> matching = false;
  co_await hashing_.run(
      [&] { matching = crypto::verify_secret(crypto::Secret(claimed.secret), stored_hash); });
  --all_waiting_;
  const auto entry = waiting_.find(claimed.id);
  if (--entry->second == 0) waiting_.erase(entry);
  if (!matching) {
    co_return fail(ErrorCode::internal, "the stored secret of client '{}' cannot be read", claimed.id);
  }
  co_return *matching;
}

}  // namespace kontor::runtime::client_secrets
