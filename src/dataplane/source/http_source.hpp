#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json/codec.hpp"
#include "protocol/dps/data_address.hpp"

namespace kontor::dataplane::source {

/// Where the data of a flow is: an HTTP address as its owner wrote it into the asset.
struct HttpSource {
  std::string url;           ///< absolute, http or https; with the path and query that the owner fixed
  bool proxy_path = false;   ///< the path behind the flow's address is passed on
  bool proxy_query = false;  ///< and the query
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent with each request; may hold secrets

  bool operator==(const HttpSource&) const = default;
};

/// Reads a data address of type HttpData: `baseUrl`, `path`, `queryParams`, `proxyPath`, `proxyQueryParams`,
/// `authKey` with `authCode`, `header:{name}`; with or without the EDC namespace. Other members are ignored,
/// but those that would change what is fetched are refused. Errors: invalid_input.
Result<HttpSource> read_http_source(const json::Node& address);

/// The source as a data address whose every header has a name that is sealed (domain/data_flow).
protocol::dps::DataAddress write_http_source(const HttpSource& source);
/// The reverse. Errors: invalid_input.
Result<HttpSource> http_source_of(const protocol::dps::DataAddress& address);

}  // namespace kontor::dataplane::source
