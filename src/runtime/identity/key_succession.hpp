#pragma once

#include <span>
#include <vector>

#include "domain/key_pair/decide.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/identity/key_material.hpp"

/// What one key pair's change means for the others of its owner. Pure.
namespace kontor::runtime::identity {

using LoadedKeyPair = platform::engine::Loaded<domain::key_pair::KeyPair>;

inline constexpr std::uint32_t keys_per_context_max = 1000;  ///< those included that have ended
/// In one DID document, those included that nobody has activated yet: others read 256 of them, and a document
/// of a quarter of a mebibyte.
inline constexpr std::size_t keys_published_max = 128;

std::vector<domain::key_pair::Usage> usages_or_all(std::vector<domain::key_pair::Usage> usages);

std::vector<domain::key_pair::KeyPair> entities_of(std::span<const LoadedKeyPair> known);
/// Errors: not_found.
Result<LoadedKeyPair> find_in(std::span<const LoadedKeyPair> known, const domain::key_pair::KeyPairId& id);
bool is_default(std::span<const LoadedKeyPair> known, const domain::key_pair::KeyPairId& id);

/// For a transaction by which another key becomes the default: whoever was marked is it no more.
std::vector<platform::store::Put> without_default(std::span<const LoadedKeyPair> known,
                                                  const domain::key_pair::KeyPairId& id);
/// For a transaction that relies on the other active keys: it fails when one of them has changed.
std::vector<platform::store::Put> unchanged(std::span<const LoadedKeyPair> known,
                                            const domain::key_pair::KeyPairId& id);

/// Others remember keys by their names: none is given twice, whatever became of the key. There is room for
/// another one among all keys and in the document. Errors: conflict.
Result<void> check_free(std::span<const LoadedKeyPair> known, const KeyDescriptor& wanted, Instant now);
/// Whether a successor, with the other active keys, signs for all that the key signs for. Errors:
/// invalid_input.
Result<void> check_successor(std::span<const LoadedKeyPair> known, const domain::key_pair::KeyPair& key,
                             const KeyDescriptor& successor);
/// The type of a key that is made to follow it: the same, or P-256 where the vault does not make such keys.
crypto::KeyType type_after(const domain::key_pair::KeyPair& key);

}  // namespace kontor::runtime::identity
