#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/json/codec.hpp"
#include "protocol/dps/data_address.hpp"

namespace kontor::dataplane::source {

/// How this plane proves itself to a source, where the secret is not in the address: it is one of the secrets
/// that the owner keeps in its context (Management API), and is named.
struct HttpCredential {
  enum class Scheme : std::uint8_t {
    header,              ///< the secret is the value of a header
    basic,               ///< the password [RFC 7617]
    bearer,              ///< the token [RFC 6750]
    client_credentials,  ///< the client's secret [RFC 6749 §4.4]
  };
  Scheme scheme = Scheme::header;
  std::string secret;     ///< its name
  std::string header;     ///< header: which
  std::string user;       ///< basic: whose password; client_credentials: the client
  std::string token_url;  ///< client_credentials: absolute, http or https
  std::string scope;      ///< client_credentials: empty: none

  bool operator==(const HttpCredential&) const = default;
};

/// `authKey` with `secretName`; `basic:username` with `basic:passwordKey`; `bearer:tokenKey`;
/// `oauth2:tokenUrl`, `oauth2:clientId`, `oauth2:clientSecretKey` and `oauth2:scope`. None where there is
/// none of them. Errors: invalid_input (several, a part that is missing, what is not spoken: an assertion
/// that a key signs).
Result<std::optional<HttpCredential>> read_http_credential(const protocol::dps::DataAddress& address,
                                                           const std::string& pointer);
/// The same members.
void write_http_credential(const HttpCredential& credential, protocol::dps::DataAddress& address);

/// `basic:username` with `basic:password`, or `bearer:token`, as the header that they make: the secret is in
/// the address itself. Errors: invalid_input.
using HttpField = std::pair<std::string, std::string>;
Result<std::optional<HttpField>> read_authorization(const protocol::dps::DataAddress& address,
                                                    const std::string& pointer);

/// [RFC 7617]
std::string basic_authorization(const std::string& user, std::string_view password);

}  // namespace kontor::dataplane::source
