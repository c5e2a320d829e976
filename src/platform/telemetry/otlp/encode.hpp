#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/telemetry/trace.hpp"

namespace kontor::platform::telemetry::otlp {

/// Spans as an ExportTraceServiceRequest in JSON (OTLP 1.x: ids in hexadecimal, times as text in
/// nanoseconds).
std::string encode(std::span<const FinishedSpan> spans, std::string_view service_name);

}  // namespace kontor::platform::telemetry::otlp
