#include "platform/store/sealed/data_keys.hpp"

#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace kontor::platform::store::sealed {
namespace {

constexpr std::size_t random_bytes = 8;

/// Where the id of the key stands that seals.
vault::SecretName current_name() {
  return vault::SecretName("data-key");
}
vault::SecretName name_of(std::string_view id) {
  return vault::SecretName("data-key/" + std::string(id));
}

std::string new_id(Instant now, Random& random) {
  return fmt::format("{}-{}", epoch_seconds(now), random_hex(random, random_bytes));
}

Instant made_at(std::string_view id) {
  std::int64_t seconds = 0;
  std::from_chars(id.data(), id.data() + id.size(), seconds);
  return from_epoch_seconds(seconds);
}

Result<DataKey> key_of(std::string id, const crypto::Secret& secret) {
  auto key = crypto::AesKey::from(secret.bytes());
  if (!key) return fail_as(ErrorCode::internal, std::move(key.error()), "read the data key '{}'", id);
  return DataKey{std::move(id), std::move(*key)};
}

}  // namespace

Task<Result<DataKey>> DataKeys::to_seal(ContextId context) {
  auto known = co_await current(context);
  if (!known) co_return fail(std::move(known.error()), "find the data key of {}", context);
  if (*known) co_return std::move(**known);
  auto made = co_await make(std::move(context));
  co_return made;
}

Task<Result<std::optional<DataKey>>> DataKeys::current(ContextId context) {
  auto pointer = co_await vault_.get_secret(context, current_name());
  if (!pointer && pointer.error().code == ErrorCode::not_found) co_return std::nullopt;
  if (!pointer) co_return fail(std::move(pointer.error()));
  std::string id(pointer->reveal());
  if (made_at(id) + replaced_after_ <= clock_.now()) co_return std::nullopt;
  auto secret = co_await vault_.get_secret(std::move(context), name_of(id));
  // The context was erased in the meantime, and is used anew.
  if (!secret && secret.error().code == ErrorCode::not_found) co_return std::nullopt;
  if (!secret) co_return fail(std::move(secret.error()));
  auto key = key_of(std::move(id), *secret);
  if (!key) co_return fail(std::move(key.error()));
  co_return std::move(*key);
}

Task<Result<DataKey>> DataKeys::to_open(ContextId context, std::string id) {
  auto secret = co_await vault_.get_secret(context, name_of(id));
  if (!secret && secret.error().code == ErrorCode::not_found)
    co_return fail(ErrorCode::internal,
                   "the data key '{}' of {} is not in the vault, so what it sealed cannot be read", id,
                   context);
  if (!secret) co_return fail(std::move(secret.error()), "read a data key of {}", context);
  co_return key_of(std::move(id), *secret);
}

Task<Result<DataKey>> DataKeys::make(ContextId context) {
  auto executor = co_await boost::asio::this_coro::executor;
  if (!making_) making_ = std::make_unique<async::Mutex>(executor);
  auto turn = co_await making_->lock();
  auto known = co_await current(context);
  if (!known) co_return fail(std::move(known.error()), "find the data key of {}", context);
  if (*known) co_return std::move(**known);
  DataKey made{new_id(clock_.now(), random_), crypto::AesKey::generate(random_)};
  auto kept = co_await vault_.put_secret(context, name_of(made.id), crypto::Secret(made.key.bytes()));
  if (!kept) co_return fail(std::move(kept.error()), "keep a data key of {}", context);
  auto named = co_await vault_.put_secret(context, current_name(), crypto::Secret(made.id));
  if (!named) co_return fail(std::move(named.error()), "keep which data key of {} seals", context);
  co_return made;
}

}  // namespace kontor::platform::store::sealed
