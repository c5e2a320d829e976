#include "platform/store/sealed/sealed_kind.hpp"

#include <algorithm>
#include <string>

#include "base/text/text.hpp"

namespace kontor::platform::store::sealed {
namespace {

bool is_below(std::string_view path, std::string_view above) {
  return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '.');
}

/// `vpas[].state` stands below `vpas`.
std::string without_lists(std::string_view path) {
  std::string plain(path);
  for (auto at = plain.find("[]"); at != std::string::npos; at = plain.find("[]")) plain.erase(at, 2);
  return plain;
}

Result<void> check_path(const entity::Kind& kind, const SealedKind& sealed, std::string_view path) {
  const auto plain = without_lists(path);
  for (const auto member : sealed.members) {
    if (!is_below(plain, member) && !is_below(member, plain)) continue;
    return fail(ErrorCode::internal, "the kind {} seals '{}', so '{}' cannot be asked for", kind.name, member,
                path);
  }
  return {};
}

}  // namespace

const SealedKind* find_sealed(SealedKinds sealed, std::string_view kind) {
  const auto found = std::ranges::find(sealed, kind, &SealedKind::kind);
  return found == sealed.end() ? nullptr : &*found;
}

Result<void> check_fields(std::span<const entity::Kind* const> kinds, SealedKinds sealed) {
  for (const auto* kind : kinds) {
    const auto* its = find_sealed(sealed, kind->name);
    if (!its) continue;
    for (const auto& field : kind->fields) {
      if (auto good = check_path(*kind, *its, field.path); !good) return good;
    }
    if (kind->free_properties.empty()) continue;
    for (const auto path : text::split(kind->free_properties, ' ')) {
      if (auto good = check_path(*kind, *its, path); !good) return good;
    }
  }
  return {};
}

}  // namespace kontor::platform::store::sealed
