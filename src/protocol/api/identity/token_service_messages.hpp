#pragma once

#include <string>

#include "base/json/codec.hpp"

/// Bodies of the Identity API about secure token services that participants keep elsewhere. The reference has
/// settings of the control plane instead.
namespace kontor::protocol::api::identity {

/// Where tokens in a participant's name are had, instead of being signed here. [DCP 1.0, secure token service
/// API]
struct TokenService {
  std::string token_url;
  std::string client_id;
  std::string client_secret_alias;  ///< the name of a secret that the participant wrote, never the secret

  bool operator==(const TokenService&) const = default;
};
/// Refused: what is empty or longer than 2,048 characters, a `tokenUrl` that is no http or https address.
Result<void> read(const json::Node& node, TokenService& out);
json::Value write(const TokenService& service);

}  // namespace kontor::protocol::api::identity
