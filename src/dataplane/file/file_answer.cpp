#include "dataplane/file/file_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text/text.hpp"

namespace kontor::dataplane::file {
namespace {

struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || at != end) return std::nullopt;
  return value;
}

enum class Asked : std::uint8_t { whole, part, nothing_there };

/// What cannot be read is overlooked. [RFC 9110 §14.2]
std::pair<Asked, Range> range_in(std::string_view header, std::uint64_t size_bytes) {
  constexpr std::string_view unit = "bytes=";
  const std::pair whole(Asked::whole, Range{});
  if (!text::starts_with_ignoring_case(header, unit)) return whole;
  const auto halves = text::split_once(text::trim(header.substr(unit.size())), '-');
  if (!halves) return whole;
  const auto first = number_in(halves->first);
  const auto last = number_in(halves->second);
  if (!first && !halves->first.empty()) return whole;
  if (!last && !halves->second.empty()) return whole;
  if (!first) {
    if (!last) return whole;
    if (*last == 0 || size_bytes == 0) return {Asked::nothing_there, {}};
    return {Asked::part, {size_bytes - std::min(*last, size_bytes), size_bytes - 1}};
  }
  if (last && *last < *first) return whole;
  if (*first >= size_bytes) return {Asked::nothing_there, {}};
  return {Asked::part, {*first, last ? std::min(*last, size_bytes - 1) : size_bytes - 1}};
}

/// Whether a list of entity tags names ours. Weak tags compare as strong ones in If-None-Match alone.
bool names(std::string_view list, std::string_view tag, bool weak_counts) {
  if (text::trim(list) == "*") return true;
  for (auto each : text::split(list, ',')) {
    each = text::trim(each);
    if (weak_counts && each.starts_with("W/")) each.remove_prefix(2);
    if (each == tag) return true;
  }
  return false;
}

}  // namespace

Slice slice_of(const FileFacts& file, const platform::http::Headers& asked) {
  const auto tag = "\"" + file.tag + "\"";
  Slice slice{.length_bytes = file.size_bytes, .headers = {}};
  slice.headers.set("ETag", tag);
  slice.headers.set("Accept-Ranges", "bytes");
  const auto without_body = [&](unsigned status) {
    slice.status = status;
    slice.length_bytes = 0;
    return std::move(slice);
  };
  if (const auto wanted = asked.get("If-Match"); wanted && !names(*wanted, tag, false))
    return without_body(412);
  if (const auto known = asked.get("If-None-Match"); known && names(*known, tag, true))
    return without_body(304);
  slice.headers.set("Content-Type", file.media_type);
  const auto range = asked.get("Range");
  const auto condition = asked.get("If-Range");
  if (!range || (condition && text::trim(*condition) != tag)) return slice;
  const auto [what, bounds] = range_in(*range, file.size_bytes);
  if (what == Asked::nothing_there) {
    slice.headers.set("Content-Range", fmt::format("bytes */{}", file.size_bytes));
    return without_body(416);
  }
  if (what == Asked::whole) return slice;
  slice.status = 206;
  slice.offset = bounds.first;
  slice.length_bytes = bounds.last - bounds.first + 1;
  slice.headers.set("Content-Range",
                    fmt::format("bytes {}-{}/{}", bounds.first, bounds.last, file.size_bytes));
  return slice;
}

std::span<const MediaType> media_types() {
  static constexpr MediaType known[] = {
      {"csv", "text/csv"},
      {"txt", "text/plain; charset=utf-8"},
      {"json", "application/json"},
      {"jsonld", "application/ld+json"},
      {"ndjson", "application/x-ndjson"},
      {"jsonl", "application/jsonl"},
      {"geojson", "application/geo+json"},
      {"xml", "application/xml"},
      {"ttl", "text/turtle"},
      {"yaml", "application/yaml"},
      {"pdf", "application/pdf"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"tif", "image/tiff"},
      {"zip", "application/zip"},
      {"gz", "application/gzip"},
      {"parquet", "application/vnd.apache.parquet"},
  };
  return known;
}

std::string_view media_type_of(std::string_view name) {
  if (const auto halves = text::split_last(name, '.')) {
    const auto ending = text::to_lower(halves->second);
    for (const auto& each : media_types()) {
      if (each.ending == ending) return each.type;
    }
  }
  return "application/octet-stream";
}

}  // namespace kontor::dataplane::file
