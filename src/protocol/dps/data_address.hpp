#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/codec.hpp"

namespace kontor::protocol::dps {

/// A named value that is needed to use an endpoint: a token, a topic, a bucket.
struct EndpointProperty {
  std::string name;
  std::string value;

  bool operator==(const EndpointProperty&) const = default;
};

/// Where data is fetched from (pull) or sent to (push), as both parties and both planes exchange it. Its
/// properties may hold tokens: it is sent, but stored only sealed (domain/data_flow).   [DSP 2025-1,
/// transfer, data-address-schema]
struct DataAddress {
  std::string endpoint_type;            ///< a URI that says what the endpoint speaks
  std::optional<std::string> endpoint;  ///< a URL, or whatever the endpoint type wants
  std::vector<EndpointProperty> properties;

  /// The first property of that name, or null.
  const std::string* property(std::string_view name) const;
  /// Replaces the property of that name, or adds it.
  void set(std::string name, std::string value);

  bool operator==(const DataAddress&) const = default;
};

/// Reads the DSP form with or without `@type`, the form of early SDKs (`properties` as an object around it,
/// properties named by `key`), and plain members as properties. Errors: invalid_input (no endpoint type).
Result<void> read(const json::Node& node, DataAddress& out);
/// Writes the DSP form: `@type` on the address and on each property, no empty `endpointProperties`.
json::Value write(const DataAddress& address);

}  // namespace kontor::protocol::dps
