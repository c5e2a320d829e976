#include <algorithm>
#include <array>
#include <span>

#include "protocol/cel/internal/expression.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

struct Row {
  std::string_view name;
  std::size_t variables;
  std::size_t arguments;  ///< the variables counted
  Macro macro;
};
constexpr std::array rows{Row{"all", 1, 2, Macro::all},
                          Row{"exists", 1, 2, Macro::exists},
                          Row{"exists_one", 1, 2, Macro::exists_one},
                          Row{"existsOne", 1, 2, Macro::exists_one},
                          Row{"filter", 1, 2, Macro::filter},
                          Row{"map", 1, 2, Macro::transform_list},
                          Row{"map", 1, 3, Macro::transform_list},
                          Row{"all", 2, 3, Macro::all},
                          Row{"exists", 2, 3, Macro::exists},
                          Row{"exists_one", 2, 3, Macro::exists_one},
                          Row{"existsOne", 2, 3, Macro::exists_one},
                          Row{"transformList", 2, 3, Macro::transform_list},
                          Row{"transformList", 2, 4, Macro::transform_list},
                          Row{"transformMap", 2, 3, Macro::transform_map},
                          Row{"transformMap", 2, 4, Macro::transform_map}};

Result<std::string> variable(const Expression& argument, std::string_view macro) {
  const auto* name = std::get_if<Name>(&argument.form);
  if (name && !name->absolute) return name->text;
  return error_at(argument.at, ErrorCode::malformed, "{}() takes a simple name as its variable", macro);
}

}  // namespace

std::optional<Result<Expression>> expand_macro(std::string_view name, Expression& target,
                                               std::vector<Expression>& arguments) {
  const auto* row = std::ranges::find_if(rows, [&](const Row& candidate) {
    return candidate.name == name && candidate.arguments == arguments.size();
  });
  if (row == rows.end()) return std::nullopt;
  Comprehension comprehension{.macro = row->macro, .first = {}, .second = {}};
  auto first = variable(arguments[0], name);
  if (!first) return fail(std::move(first.error()));
  comprehension.first = std::move(*first);
  if (row->variables == 2) {
    auto second = variable(arguments[1], name);
    if (!second) return fail(std::move(second.error()));
    if (*second == comprehension.first) {
      return error_at(arguments[1].at, ErrorCode::malformed, "{}() has two variables of one name", name);
    }
    comprehension.second = std::move(*second);
  }
  Expression expanded;
  expanded.form = std::move(comprehension);
  expanded.operands.push_back(std::move(target));
  for (auto& argument : std::span(arguments).subspan(row->variables)) {
    expanded.operands.push_back(std::move(argument));
  }
  return expanded;
}

}  // namespace kontor::protocol::cel::syntax
