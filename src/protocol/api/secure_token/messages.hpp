#pragma once

#include <optional>
#include <string>

#include "base/json/codec.hpp"

/// Bodies of the secure token service. The answer is that of every token endpoint (protocol/api/token).
/// [DCP 1.0, secure token service API; RFC 6749 §4.4]
namespace kontor::protocol::api::secure_token {

/// The form by which a client of a participant asks for a self-issued token.
struct TokenRequest {
  std::string grant_type;
  std::string client_id;  ///< the participant's DID
  std::string client_secret;
  Did audience;                                    ///< whom the token is for
  std::optional<std::string> bearer_access_scope;  ///< what the audience may see, separated by spaces
  std::optional<std::string> token;                ///< the access token that the audience has given
};
/// Refused: what is required and absent or empty. Empty texts of the others count as absent.
Result<void> read(const json::Node& node, TokenRequest& out);
json::Value write(const TokenRequest& request);

}  // namespace kontor::protocol::api::secure_token
