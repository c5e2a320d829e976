#include "platform/telemetry/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text/beginning.hpp"

namespace kontor::platform::telemetry {
namespace {

constexpr std::size_t attributes_max = 32;
constexpr std::size_t attribute_bytes_max = 512;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string TraceContext::traceparent() const {
  if (empty()) return {};
  return fmt::format("00-{}-{}-{}", trace_id, span_id, sampled ? "01" : "00");
}

Result<TraceContext> parse_traceparent(std::string_view header) {
  constexpr std::size_t size = 55;
  const bool shape = header.size() >= size && header[2] == '-' && header[35] == '-' && header[52] == '-';
  if (!shape) return fail(ErrorCode::malformed, "a traceparent is version-trace-parent-flags");
  const auto version = header.substr(0, 2);
  // A later version may add fields behind the flags; version 00 has none, and ff is forbidden.
  const bool end = header.size() == size || (version != "00" && header[size] == '-');
  const auto trace_id = header.substr(3, 32);
  const auto span_id = header.substr(36, 16);
  const auto flags = header.substr(53, 2);
  if (!end || !is_hex(version) || version == "ff" || !is_id(trace_id) || !is_id(span_id) || !is_hex(flags)) {
    return fail(ErrorCode::malformed,
                "a traceparent has ids of 32 and 16 hexadecimal digits that are not all zero");
  }
  const bool sampled = (flags[1] >= 'a' ? flags[1] - 'a' + 10 : flags[1] - '0') & 1;
  return TraceContext{std::string(trace_id), std::string(span_id), sampled};
}

TraceContext trace_of(std::string_view traceparent) {
  return parse_traceparent(traceparent).value_or(TraceContext{});
}

std::string new_incident_id(Random& random) {
  // Crockford's alphabet: no letters that are read out or copied wrongly.
  constexpr std::string_view letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::array<std::byte, 10> bytes{};
  random.fill(bytes);
  std::string id;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 8) id += '-';
    id += letters[std::to_integer<std::size_t>(bytes[i]) % letters.size()];
  }
  return id;
}

struct Span::Recording {
  async::Clock& clock;
  SpanSink& sink;
  FinishedSpan span;
};

Span::Span(TraceContext context, std::unique_ptr<Recording> recording)
    : context_(std::move(context)), recording_(std::move(recording)) {}
Span::Span(Span&&) noexcept = default;
Span& Span::operator=(Span&& other) noexcept {
  end();
  context_ = std::move(other.context_);
  recording_ = std::move(other.recording_);
  return *this;
}
Span::~Span() {
  end();
}

void Span::set(std::string_view name, std::string_view value) {
  if (!recording_ || recording_->span.attributes.size() >= attributes_max) return;
  recording_->span.attributes.emplace_back(name, text::beginning(value, attribute_bytes_max));
}

void Span::fail(std::string_view reason) {
  if (recording_) recording_->span.error = text::beginning(reason, attribute_bytes_max);
}

void Span::end() {
  if (!recording_) return;
  auto finished = std::exchange(recording_, nullptr);
  finished->span.ended_at = finished->clock.now();
  finished->sink.take(std::move(finished->span));
}

Tracer::Tracer(async::Clock& clock, Random& random, TracerConfig config, SpanSink* sink)
    : clock_(clock), random_(random), config_(config), sink_(sink) {}

bool Tracer::sample() {
  if (!sink_ || config_.sample_ratio <= 0) return false;
  std::array<std::byte, 4> bytes{};
  random_.fill(bytes);
  std::uint32_t value = 0;
  for (const auto byte : bytes) value = (value << 8) | std::to_integer<std::uint32_t>(byte);
  return static_cast<double>(value) < config_.sample_ratio * std::ldexp(1.0, 32);
}

Span Tracer::make(std::string_view name, SpanKind kind, TraceContext place,
                  std::optional<TraceContext> linked) {
  auto parent = std::exchange(place.span_id, random_hex(random_, 8));
  if (!sink_ || !place.sampled) return Span(std::move(place), nullptr);
  auto recording = std::make_unique<Span::Recording>(clock_, *sink_, FinishedSpan{});
  auto& span = recording->span;
  span.name = name;
  span.kind = kind;
  span.context = place;
  span.parent_span_id = std::move(parent);
  span.linked = std::move(linked);
  span.started_at = clock_.now();
  return Span(std::move(place), std::move(recording));
}

Span Tracer::begin(std::string_view name, SpanKind kind) {
  return make(name, kind, {random_hex(random_, 16), "", sample()}, std::nullopt);
}

Span Tracer::child(std::string_view name, const TraceContext& parent, SpanKind kind) {
  return make(name, kind, parent, std::nullopt);
}

Span Tracer::accept(std::string_view name, std::optional<std::string_view> traceparent, SpanKind kind) {
  auto stranger = parse_traceparent(traceparent.value_or(""));
  if (!stranger) return begin(name, kind);
  return make(name, kind, {stranger->trace_id, "", sample()}, *stranger);
}

Span Tracer::resume(std::string_view name, std::string_view traceparent, SpanKind kind) {
  auto parent = parse_traceparent(traceparent);
  if (!parent) return begin(name, kind);
  return child(name, *parent, kind);
}

}  // namespace kontor::platform::telemetry
