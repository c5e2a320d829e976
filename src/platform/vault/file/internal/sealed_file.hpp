#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/crypto/aead.hpp"
#include "base/id/id.hpp"
#include "platform/vault/file/file_vault.hpp"
#include "platform/vault/file/internal/contents.hpp"

/// The form of a context's file:
///
///     magic              8   "KONTORV1"
///     context        2 + n   its id, in clear: says whose file this is
///     master key id      8   which master key wraps the data key
///     wrap nonce        12
///     wrapped data key  48   AES-256-GCM over the data key; bound to magic, context and master key id
///     body nonce        12
///     body           n + 16  AES-256-GCM over the contents; bound to magic and context
///
/// Nothing in it can be changed, and no part of it can be put into another context's file, without being
/// refused.
namespace kontor::platform::vault::file {

using MasterKeyId = std::array<std::byte, 8>;
MasterKeyId id_of(const crypto::AesKey& master_key);

/// The master key with this id, or null.
const crypto::AesKey* find_key(const MasterKeys& keys, const MasterKeyId& id);

/// Random bytes for one change, drawn on the io thread, since the source is used there only.
struct Draw {
  crypto::AesKey data_key;  ///< used when the context has none yet
  crypto::Nonce wrap_nonce;
  crypto::Nonce body_nonce;
};
Draw draw(Random& random);

struct Unsealed {
  crypto::AesKey data_key;
  Contents contents;
};

struct SealRequest {
  const ContextId& context;
  const crypto::AesKey& master_key;
  const crypto::AesKey& data_key;
  const Contents& contents;
  const Draw& draw;
};
Bytes seal_file(const SealRequest& request);

/// Errors: storage_failed when the file was changed, is another context's, or its master key is not among
/// `keys`.
Result<Unsealed> unseal_file(BytesView file, const ContextId& context, const MasterKeys& keys);

/// The same file with its data key wrapped by `keys.current`. Errors as above.
Result<Bytes> rewrap_file(BytesView file, const MasterKeys& keys, const crypto::Nonce& nonce);

}  // namespace kontor::platform::vault::file
