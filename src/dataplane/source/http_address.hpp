#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/codec.hpp"
#include "dataplane/source/http_credential.hpp"
#include "protocol/dps/data_address.hpp"

namespace kontor::dataplane::source {

/// The type of the addresses below.
inline constexpr std::string_view http_type = "HttpData";

/// Data behind HTTP, as its owner wrote it into the asset.
struct HttpAddress {
  std::string url;            ///< absolute, http or https; with the path and query that the owner fixed
  bool proxy_path = false;    ///< the asker's path behind the flow's address is passed on
  bool proxy_query = false;   ///< and its query
  bool proxy_method = false;  ///< and its method
  bool proxy_body = false;    ///< and its body
  bool sized_body = false;    ///< a body is sent with its length, not in chunks
  std::string method = "GET";
  std::vector<std::string> proxy_methods = {};  ///< of the asker's those that are passed on; empty: each
  std::string content_type;                     ///< of a body whose asker names none; empty: none
  std::vector<HttpField> headers;               ///< sent with each request; may hold secrets
  std::optional<HttpCredential> credential = {};
  /// Name of the secret that is a client certificate with its chain and private key, in PEM, for the
  /// connection itself and beside any credential; empty: none is shown.
  std::string certificate = {};

  bool operator==(const HttpAddress&) const = default;
};

/// Reads a data address of type HttpData: `baseUrl`, `path`, `queryParams`, `method`, `contentType`, the
/// flags `proxyPath`, `proxyQueryParams`, `proxyMethod`, `proxyBody` and `nonChunkedTransfer` ("true"),
/// `proxyMethods` (names with spaces between them, beside `proxyMethod` alone), `authKey` with `authCode`,
/// `header:{name}`, `tls:certificateKey`; with or without the EDC namespace. Other members are ignored, but
/// those that would change what is fetched are refused. Errors: invalid_input.
Result<HttpAddress> read_http_address(const json::Node& node);

/// The address as a data address whose every header has a name that is sealed (domain/data_flow).
protocol::dps::DataAddress write_http_address(const HttpAddress& address);
/// The reverse. Errors: invalid_input.
Result<HttpAddress> http_address_of(const protocol::dps::DataAddress& stored);

}  // namespace kontor::dataplane::source
