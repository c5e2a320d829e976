#pragma once

#include "domain/key_pair/decide.hpp"

/// For tests: key pairs of one owner in every state.
namespace kontor::domain::key_pair::testing {

inline const Instant now = from_epoch_seconds(1'800'000'000);
inline const Did owner{"did:web:hub.example%3A7083:acme"};
inline constexpr auto day = std::chrono::hours(24);
/// The public keys of RFC 8032 §7.1, tests 1 and 2.
inline const std::string key_x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
inline const std::string other_x = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw";

inline KeyPair described(std::string id = "key-1") {
  return {.id = KeyPairId{id},
          .key_id = owner.str() + "#" + id,
          .public_key = {.kty = "OKP", .crv = "Ed25519", .x = key_x},
          .private_key_alias = id + "-alias",
          .usages = {Usage::sign_credentials, Usage::sign_presentation, Usage::sign_token}};
}

inline KeyPair after(const KeyPair& key_pair, const Event& event, Instant moment = now) {
  return decide(&key_pair, event, moment).value().next;
}

inline KeyPair in_state(State state) {
  auto created = decide(nullptr, Create{.key_pair = described(), .activate = false}, now).value().next;
  switch (state) {
    case State::created:
      return created;
    case State::activated:
      return after(created, Activate{});
    case State::rotated:
      return after(after(created, Activate{}), Rotate{.overlap = day});
    case State::revoked:
      return after(created, Revoke{});
  }
  return created;
}

inline protocol::did::DidDocument document_at(const std::vector<KeyPair>& key_pairs, Instant moment = now) {
  protocol::did::DidDocument document;
  document.id = owner;
  return with_keys(std::move(document), key_pairs, moment);
}

}  // namespace kontor::domain::key_pair::testing
