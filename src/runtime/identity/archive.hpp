#pragma once

#include <optional>
#include <string>

#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/signing.hpp"

namespace kontor::runtime::identity {

inline constexpr std::size_t archive_bytes_max = 64 * 1024 * 1024;

/// Everything that a participant has at the identity services and the credential service, to take along: its
/// context, DID document, key pairs, credentials, requests and offers. No private key and no secret, not even
/// a hash of one.
///
/// Lines of JSON. The first says whose archive it is, the last holds a JWS over the SHA-256 of all lines
/// before it, their ends included: by the participant's key, active or not, or, where none is left, by the
/// installation's, whose public half stands beside it as `key`.
class Archives {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    IdentityContexts& contexts;
    Signing& signing;
  };
  explicit Archives(Services services) : services_(services) {}

  /// Errors: not_found, too_large.
  Task<Result<std::string>> make(ContextId context);

 private:
  struct Signature {
    std::string jws;
    std::optional<json::Value> key = {};  ///< the installation's
  };
  Task<Result<std::string>> lines_of(ContextId context);
  Task<Result<Signature>> sign(ContextId context, std::string payload);
  Task<Result<Signature>> sign_as_installation(std::string payload);

  Services services_;
};

}  // namespace kontor::runtime::identity
