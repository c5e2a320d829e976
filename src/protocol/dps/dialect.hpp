#pragma once

#include <cstdint>

#include "base/json/codec.hpp"

namespace kontor::protocol::dps {

/// The deployed forms of signalling. Types, states and rules are the specification's; a dialect is how a
/// document is spelled and which messages there are.
enum class Dialect : std::uint8_t {
  rc3,         ///< the specification's
  rc3_compat,  ///< `rc3+compat`: with `callbackAddress`, which SDKs before RC3 cannot do without
  edc_legacy,  ///< `edc-legacy`: EDC up to 0.17, JSON-LD, told of starts, suspensions and terminations only
  go_2025,     ///< `go-2025`: the Go SDK of 2025, states as numbers
  net_2025,    ///< `net-2025`: the .NET SDK of 2025
};
inline constexpr json::EnumNames<Dialect, 5> dialect_names{{{Dialect::rc3, "rc3"},
                                                            {Dialect::rc3_compat, "rc3+compat"},
                                                            {Dialect::edc_legacy, "edc-legacy"},
                                                            {Dialect::go_2025, "go-2025"},
                                                            {Dialect::net_2025, "net-2025"}}};

Result<void> read(const json::Node& node, Dialect& out);
json::Value write(Dialect dialect);

}  // namespace kontor::protocol::dps
