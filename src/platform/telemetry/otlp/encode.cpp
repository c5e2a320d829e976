#include "platform/telemetry/otlp/encode.hpp"

#include "base/json/json.hpp"

namespace kontor::platform::telemetry::otlp {
namespace {

constexpr int status_error = 2;

std::string nanoseconds(Instant instant) {
  return std::to_string(
      std::chrono::duration_cast<std::chrono::nanoseconds>(instant.time_since_epoch()).count());
}

json::Value attribute(std::string_view key, std::string_view value) {
  json::Object text;
  text["stringValue"] = value;
  json::Object out;
  out["key"] = key;
  out["value"] = std::move(text);
  return out;
}

json::Value encode_span(const FinishedSpan& span) {
  json::Object out;
  out["traceId"] = span.context.trace_id;
  out["spanId"] = span.context.span_id;
  if (!span.parent_span_id.empty()) out["parentSpanId"] = span.parent_span_id;
  out["name"] = span.name;
  out["kind"] = static_cast<std::int64_t>(span.kind);
  out["startTimeUnixNano"] = nanoseconds(span.started_at);
  out["endTimeUnixNano"] = nanoseconds(span.ended_at);
  json::Array attributes;
  for (const auto& [key, value] : span.attributes) attributes.push_back(attribute(key, value));
  if (!attributes.empty()) out["attributes"] = std::move(attributes);
  if (span.linked) {
    json::Object link;
    link["traceId"] = span.linked->trace_id;
    link["spanId"] = span.linked->span_id;
    out["links"] = json::Array{json::Value(std::move(link))};
  }
  if (!span.error.empty()) out["status"] = json::Object{{"code", status_error}, {"message", span.error}};
  return out;
}

json::Array array_of(json::Value one) {
  json::Array out;
  out.push_back(std::move(one));
  return out;
}

}  // namespace

std::string encode(std::span<const FinishedSpan> spans, std::string_view service_name) {
  json::Array encoded;
  for (const auto& span : spans) encoded.push_back(encode_span(span));
  json::Object scope_spans;
  scope_spans["scope"] = json::Object{{"name", "kontor"}};
  scope_spans["spans"] = std::move(encoded);
  json::Object resource_spans;
  resource_spans["resource"] =
      json::Object{{"attributes", array_of(attribute("service.name", service_name))}};
  resource_spans["scopeSpans"] = array_of(std::move(scope_spans));
  json::Object request;
  request["resourceSpans"] = array_of(std::move(resource_spans));
  return json::serialize(request);
}

}  // namespace kontor::platform::telemetry::otlp
