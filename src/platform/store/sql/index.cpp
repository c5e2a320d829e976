#include "platform/store/sql/index.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kontor::platform::store::sql {
namespace {

constexpr std::size_t name_bytes_max = 63;
constexpr std::size_t digest_bytes = 9;  // with the colon before it

std::string form_of(const ResolvedField& field) {
  std::string form = std::to_string(static_cast<int>(field.type));
  for (const auto& segment : field.path) form += "." + segment.name;
  return form;
}

}  // namespace

std::string short_digest(std::string_view text) {
  std::uint32_t digest = 0x811c9dc5U;
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return fmt::format("{:08x}", digest);
}

std::vector<FieldIndex> indexes_of(std::span<const entity::Kind* const> kinds) {
  std::vector<FieldIndex> indexes;
  for (const auto* kind : kinds) {
    for (const auto& declared : kind->fields) {
      auto field = protocol::query::resolve(*kind, declared.name);
      const bool usable = declared.indexed && field && field->declared &&
                          std::ranges::none_of(field->path, &PathSegment::any_element);
      if (!usable) continue;
      auto full = fmt::format("field:{}:{}", kind->name, declared.name);
      // A name that is too long keeps its beginning and is told apart by its digest.
      auto prefix =
          full.size() + 1 + digest_bytes <= name_bytes_max
              ? full + ":"
              : full.substr(0, name_bytes_max - 2 * digest_bytes - 1) + ":" + short_digest(full) + ":";
      indexes.push_back(
          {prefix + short_digest(form_of(*field)), prefix, std::string(kind->name), std::move(*field)});
    }
  }
  return indexes;
}

}  // namespace kontor::platform::store::sql
