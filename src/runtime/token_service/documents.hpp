#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/json/codec.hpp"
#include "base/time/time.hpp"
#include "protocol/jose/jwks.hpp"
#include "runtime/client_secrets/kept_secrets.hpp"

namespace kontor::runtime::token_service {

/// A token by which a data plane may enrol itself once, as its SHA-256.
struct PendingEnrolment {
  std::string token_sha256;
  Instant until;
};
Result<void> read(const json::Node& node, PendingEnrolment& out);
json::Value write(const PendingEnrolment& pending);

/// Who may ask for tokens, and what they say. Only hashes of secrets are kept.
struct Client {
  std::string id;
  client_secrets::KeptSecrets secrets;
  std::optional<std::string> role;
  std::optional<std::string> context;
  std::vector<std::string> scopes;
  protocol::jose::Jwks assertion_keys = {};  ///< public ones, with which it proves itself
  bool data_plane = false;                   ///< one at an edge: it speaks for itself, in its context
  std::optional<PendingEnrolment> enrolment = {};
  std::optional<Instant> valid_until = {};  ///< from then on it gets no token; none lasts longer
};
/// Stored in the installation's context under the client's id.
struct ClientDocument {
  using Entity = Client;
  static const entity::Kind& kind();
  static std::string encode(const Entity& client);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// A key that signs access tokens, oldest first. A key that signs no more stays published until the last
/// token that it signed has expired. The private half is in the vault under `kid`.
struct SigningKey {
  std::string kid;
  protocol::jose::Jwk public_key;
  Instant created_at;  ///< published from then on
  Instant signs_from;
  std::optional<Instant> replaced_at;  ///< its last token is from before
};
struct SigningKeys {
  std::vector<SigningKey> keys;
};
struct SigningKeysDocument {
  using Entity = SigningKeys;
  static const entity::Kind& kind();
  static std::string encode(const Entity& keys);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::token_service
