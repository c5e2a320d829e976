#pragma once

#include <string>

#include "base/json/codec.hpp"
#include "protocol/dsp/types.hpp"

namespace kontor::protocol::dps {

/// Where data is fetched from (pull) or sent to (push): DSP's type, as both parties and both planes exchange
/// it. Its properties may hold tokens: it is sent, but stored only sealed (domain/data_flow). [DSP 2025-1,
/// data-address-schema]
using dsp::DataAddress;
using dsp::EndpointProperty;

/// Reads the DSP form with or without `@type`, the form of early SDKs (`properties` as an object around it,
/// properties named by `key`), and plain members (no lists, objects or null: passed over) as properties.
/// Errors: invalid_input (no endpoint type).
Result<void> read_data_address(const json::Node& node, DataAddress& out);

/// Replaces the property of that name, or adds it.
void set_property(DataAddress& address, EndpointProperty property);

}  // namespace kontor::protocol::dps
