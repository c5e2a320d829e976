#pragma once

#include <span>
#include <string_view>

namespace kontor::tck::dcp {

/// The cases of the official kit for a role, by the names of its methods (release 1.0.2; the three that it
/// has disabled are left out).
struct KitPart {
  std::string_view name;  ///< the end of the package
  std::span<const std::string_view> cases;
};
std::span<const KitPart> kit();

}  // namespace kontor::tck::dcp
