#pragma once

#include <cstdint>
#include <vector>

#include "base/crypto/keys.hpp"
#include "base/crypto/secret.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"
#include "platform/async/task.hpp"
#include "protocol/jose/jwk.hpp"

namespace kontor::platform::vault {

/// The name of one version of a key within its context; a rotated key is a new alias. Usually the key id.
using KeyAlias = Id<struct KeyAliasTag>;
/// The name of a secret within its context.
using SecretName = Id<struct SecretNameTag>;

/// Keys and secrets, each belonging to one participant context: there is no call without one, and no name
/// reaches into another context. Private keys are made and used inside; they leave by `export_key` alone.
///
/// What was acknowledged is durable. Calls on one context take effect one after the other, whoever makes
/// them; of several creations of one name exactly one succeeds. Deleting what is not there succeeds, so that
/// a broken-off clean-up can be repeated. Any number of coroutines may call at the same time; the vault
/// outlives its calls.
///
/// Errors of all calls: invalid_input and too_large for names and values beyond `limits.hpp`; storage_failed
/// when the vault did not do it or what it holds is damaged (a change that was not acknowledged may have
/// lasted or not: repeat the call); unavailable when a remote vault cannot be reached.
class Vault {
 public:
  virtual ~Vault() = default;

  /// A new key pair of type ed25519, p256 or p384; the result is its public half, `kid` not set. Errors:
  /// conflict when the alias is taken, invalid_input for other types.
  virtual Task<Result<protocol::jose::Jwk>> create_key(ContextId context, KeyAlias alias,
                                                       crypto::KeyType type) = 0;

  /// Takes over a key pair that was made elsewhere, of any type. Errors: conflict when the alias is taken.
  virtual Task<Result<protocol::jose::Jwk>> import_key(ContextId context, KeyAlias alias,
                                                       crypto::PrivateKey key) = 0;

  /// Errors: not_found.
  virtual Task<Result<protocol::jose::Jwk>> public_key(ContextId context, KeyAlias alias) = 0;

  /// The signature over `message` in the form of JOSE (`base/crypto/signature.hpp`). Errors: not_found.
  virtual Task<Result<Bytes>> sign(ContextId context, KeyAlias alias, std::string message) = 0;

  /// The private key itself: for moving a context to another cell, never for signing. Errors: not_found.
  virtual Task<Result<crypto::PrivateKey>> export_key(ContextId context, KeyAlias alias) = 0;

  /// After this nobody can sign with it again.
  virtual Task<Result<void>> destroy_key(ContextId context, KeyAlias alias) = 0;

  /// All aliases in the order of their bytes.
  virtual Task<Result<std::vector<KeyAlias>>> list_keys(ContextId context) = 0;

  /// Stores or replaces a secret; an empty one is refused.
  virtual Task<Result<void>> put_secret(ContextId context, SecretName name, crypto::Secret value) = 0;

  /// Errors: not_found.
  virtual Task<Result<crypto::Secret>> get_secret(ContextId context, SecretName name) = 0;

  virtual Task<Result<void>> delete_secret(ContextId context, SecretName name) = 0;

  /// All names in the order of their bytes.
  virtual Task<Result<std::vector<SecretName>>> list_secrets(ContextId context) = 0;

  /// Destroys every key and secret of the context, without a trace that could be opened again. The context
  /// may be used anew afterwards.
  virtual Task<Result<void>> erase_context(ContextId context) = 0;

  /// How often changes have waited for a disk of this machine.
  virtual std::uint64_t syncs() const { return 0; }
};

}  // namespace kontor::platform::vault
