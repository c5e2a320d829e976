#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "protocol/jose/jwk.hpp"

namespace kontor::protocol::jose {

/// A set of keys (RFC 7517 §5). Members that are no usable public key are skipped when read, as §5 wants it.
struct Jwks {
  std::vector<Jwk> keys;
};
Result<void> read(const json::Node& node, Jwks& out);
json::Value write(const Jwks& jwks);

/// The one key with this `kid`; without a `kid` the only key there is. Errors: not_found (worth one look at a
/// fresh copy of the set), unauthenticated when several keys fit.
Result<Jwk> find_key(const Jwks& jwks, const std::optional<std::string>& kid);

}  // namespace kontor::protocol::jose
