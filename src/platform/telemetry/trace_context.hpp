#pragma once

#include <string>
#include <string_view>

#include "base/result/result.hpp"

namespace kontor::platform::telemetry {

/// A place in a trace, as the header `traceparent` carries it (W3C Trace Context). A default one is no place.
struct TraceContext {
  std::string trace_id = {};  ///< 32 lower-case hexadecimal digits, not all zero
  std::string span_id = {};   ///< 16
  bool sampled = false;

  bool empty() const { return trace_id.empty(); }
  /// `00-<trace_id>-<span_id>-01`; empty for no place.
  std::string traceparent() const;
  bool operator==(const TraceContext&) const = default;
};

/// Reads a `traceparent` of version 00 or a later one. Errors: malformed.
Result<TraceContext> parse_traceparent(std::string_view header);

/// The same of what we wrote ourselves; what cannot be read is no place.
TraceContext trace_of(std::string_view traceparent);

}  // namespace kontor::platform::telemetry
