#include "runtime/identity/signing.hpp"

namespace kontor::runtime::identity {

namespace jose = protocol::jose;
namespace key_pair = domain::key_pair;

namespace {

/// Another key is chosen where one has ended since it was looked up.
constexpr int choices_max = 3;

Result<crypto::PublicKey> parsed(const Identity& identity, const key_pair::KeyPair& key) {
  const auto method = key_pair::verification_method_id(key, identity.context.did);
  const auto known = identity.parsed.find(method);
  if (known != identity.parsed.end()) return known->second;
  auto parsed = jose::public_key(key.public_key);
  if (parsed) identity.parsed.insert_or_assign(method, *parsed);
  return parsed;
}

}  // namespace

Signing::Signing(KeyRing& keys, platform::vault::Vault& vault) : keys_(keys), vault_(vault) {}

Task<Result<std::string>> Signing::sign(ContextId context, key_pair::Usage usage, MakeInput make_input,
                                        std::optional<Instant> lives_until) {
  return carry_out(std::move(context), {usage, std::move(make_input), lives_until});
}

Task<Result<std::string>> Signing::sign_for_owner(ContextId context, key_pair::Usage usage,
                                                  MakeInput make_input) {
  return carry_out(std::move(context), {.usage = usage, .make_input = std::move(make_input), .acts = false});
}

Task<Result<std::string>> Signing::carry_out(ContextId context, Order order) {
  for (int i = 0; i < choices_max; ++i) {
    auto token = co_await try_to_sign(context, order);
    if (!token) co_return fail(std::move(token.error()));
    if (*token) co_return std::move(**token);
    keys_.forget(context);
  }
  co_return fail(ErrorCode::unavailable,
                 "no key of '{}' could be used: its keys change, or the vault lost one", context);
}

Task<Result<std::optional<std::string>>> Signing::try_to_sign(ContextId context, const Order& order) {
  auto identity = co_await keys_.identity(context);
  if (!identity) co_return fail(std::move(identity.error()));
  const auto& owner = (*identity)->context;
  if (order.acts && owner.state != ContextState::activated) {
    co_return fail(ErrorCode::forbidden, "the participant context '{}' is not active", owner.id);
  }
  auto key = key_pair::signing_key((*identity)->key_pairs, order.usage, keys_.now());
  if (!key) co_return fail(std::move(key.error()));
  if (order.lives_until) {
    auto noted = co_await keys_.signs(context, *key, *order.lives_until);
    if (!noted && noted.error().code == ErrorCode::illegal_transition) co_return std::nullopt;
    if (!noted) co_return fail(std::move(noted.error()));
  }
  auto algorithm = jose::algorithm_of(key->public_key);
  if (!algorithm) co_return fail(std::move(algorithm.error()));
  auto input =
      order.make_input({.alg = *algorithm, .kid = key_pair::verification_method_id(*key, owner.did)});
  platform::vault::KeyAlias alias(key->private_key_alias);
  auto signature = co_await vault_.sign(std::move(context), std::move(alias), input);
  if (!signature && signature.error().code == ErrorCode::not_found) co_return std::nullopt;
  if (!signature) co_return fail(std::move(signature.error()), "sign in the name of {}", owner.did);
  co_return jose::assemble(std::move(input), *signature);
}

Task<Result<std::shared_ptr<const Identity>>> Signing::identity(ContextId context) {
  co_return co_await keys_.identity(std::move(context));
}

Task<Result<Did>> Signing::did_of(ContextId context) {
  auto identity = co_await keys_.identity(std::move(context));
  if (!identity) co_return fail(std::move(identity.error()));
  co_return (*identity)->context.did;
}

Task<Result<Did>> Signing::active_did_of(ContextId context) {
  auto identity = co_await keys_.identity(std::move(context));
  if (!identity) co_return fail(std::move(identity.error()));
  const auto& owner = (*identity)->context;
  if (owner.state != ContextState::activated)
    co_return fail(ErrorCode::not_found, "the participant context '{}' is not active", owner.id);
  co_return owner.did;
}

Task<Result<crypto::PublicKey>> Signing::own_key(ContextId context, std::string kid) {
  auto identity = co_await keys_.identity(std::move(context));
  if (!identity) co_return fail(std::move(identity.error()));
  for (const auto& key : (*identity)->key_pairs) {
    const bool verifies = key.state == key_pair::State::activated || key.state == key_pair::State::rotated;
    if (verifies && key_pair::verification_method_id(key, (*identity)->context.did) == kid) {
      co_return parsed(**identity, key);
    }
  }
  co_return fail(ErrorCode::unauthenticated, "the token was not signed by a key of this participant");
}

}  // namespace kontor::runtime::identity
