#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "protocol/odrl/policy.hpp"

namespace kontor::protocol::odrl {

/// Under which member a combination holds its operands.
inline constexpr std::array<std::pair<std::string_view, Constraint::Kind>, 4> logical_members{
    {{"and", Constraint::Kind::all},
     {"andSequence", Constraint::Kind::all_in_sequence},
     {"or", Constraint::Kind::any},
     {"xone", Constraint::Kind::exactly_one}}};

/// Empty for a comparison.
constexpr std::string_view logical_member(Constraint::Kind kind) {
  for (const auto& [member, of] : logical_members) {
    if (of == kind) return member;
  }
  return {};
}

}  // namespace kontor::protocol::odrl
