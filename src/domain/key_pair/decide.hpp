#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "domain/key_pair/types.hpp"
#include "protocol/did/document.hpp"

namespace kontor::domain::key_pair {

using Decision = entity::Decision<KeyPair, Effect>;

/// The next step of a key pair. Whatever changes the DID document asks for its publication; the private key
/// is destroyed when the key stops signing. Errors: not_found (an event before Create), conflict (created
/// already), invalid_input (no usage, a key that we cannot use, a negative overlap), illegal_transition
/// (activating, rotating or revoking what is rotated or revoked, signing with it).
Result<Decision> decide(const KeyPair* current, const Event& event, Instant now);

/// The verification method's id as others resolve it: `did#fragment`, whether the key id was given whole or
/// as a fragment, with or without `#`.
std::string verification_method_id(const KeyPair& key_pair, const Did& owner);

/// Whether its public half stands in the document at `now`, or will when a call activates it.
bool may_stand_in_document(const KeyPair& key_pair, Instant now);

/// The owner's DID document with its verification methods and their relationships written anew for `now`: the
/// active keys and those whose rotation's overlap is not over, in the order of their ids, each id once (the
/// newest key with it). A key that signs credentials is an `assertionMethod`, one that signs presentations an
/// `authentication`, one that signs tokens both `authentication` and `capabilityInvocation` (DCP 1.0:
/// self-issued tokens, presentations, credentials). The rest of the document stays as it is.
protocol::did::DidDocument with_keys(protocol::did::DidDocument document, std::span<const KeyPair> key_pairs,
                                     Instant now);

/// The key that signs for a usage: of the active ones with it the default one, then the one activated last,
/// then the one with the smaller id. One that is published first and does not sign yet is taken only where
/// there is no other. Errors: not_found with advice.
Result<KeyPair> signing_key(std::span<const KeyPair> key_pairs, Usage usage, Instant now);

/// The owner's default key: of the active ones the one that is marked, then the one activated last. Null:
/// none is active.
const KeyPair* default_key(std::span<const KeyPair> key_pairs);

/// From when on the owner's other keys can sign for everything that `key_pair` signs for. None: they cannot.
std::optional<Instant> replaceable_from(const KeyPair& key_pair, std::span<const KeyPair> key_pairs);

struct Machine {
  using Entity = KeyPair;
  using Event = key_pair::Event;
  using Effect = key_pair::Effect;

  static const entity::Kind& kind();
  static Result<Decision> decide(const Entity* current, const Event& event, Instant now) {
    return key_pair::decide(current, event, now);
  }
  static std::string encode(const Entity& key_pair);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
  static std::string encode_effect(const Effect& effect);
  static Result<Effect> decode_effect(std::string_view stored);
  static std::string_view effect_name(const Effect& effect);
  static std::optional<Instant> due_at(const Entity& key_pair);
  static Event due_event(const Entity& key_pair);
  static std::optional<Event> failed(const Effect& effect, const Error& error);
  /// A search for a successor that a call has overtaken finds nothing to do.
  static bool wanted(const Entity& key_pair, const Effect& effect);
  static std::string event_body(const Entity& key_pair, std::string_view happened);
  static bool ended(const Entity& key_pair);
};

}  // namespace kontor::domain::key_pair
