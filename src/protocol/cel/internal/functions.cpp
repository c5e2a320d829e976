#include "protocol/cel/internal/functions.hpp"

#include <iterator>

namespace kontor::protocol::cel {
namespace {

std::vector<Function> all() {
  std::vector<Function> functions;
  for (auto* area : {&operator_functions, &arithmetic_functions, &conversion_functions, &text_functions,
                     &time_functions}) {
    std::ranges::move(area(), std::back_inserter(functions));
  }
  return functions;
}

}  // namespace

const std::vector<Function>& standard_functions() {
  static const auto functions = all();
  return functions;
}

FunctionTable::FunctionTable(std::vector<Function> of_the_host) : host_(std::move(of_the_host)) {
  for (const auto& function : standard_functions()) by_name_.emplace(function.name, &function);
  for (const auto& function : host_) by_name_.emplace(function.name, &function);
}

std::vector<const Function*> FunctionTable::find(std::string_view name) const {
  std::vector<const Function*> found;
  const auto [first, last] = by_name_.equal_range(name);
  for (auto it = first; it != last; ++it) found.push_back(it->second);
  return found;
}

std::vector<const Function*> FunctionTable::find(std::string_view name, bool member,
                                                 std::size_t parameters) const {
  auto found = find(name);
  std::erase_if(found, [&](const Function* function) {
    return function->member != member || function->parameters.size() != parameters;
  });
  return found;
}

std::string signature(const Function& function) {
  std::string text;
  auto parameter = function.parameters.begin();
  if (function.member && parameter != function.parameters.end()) text = to_text(*parameter++) + ".";
  text += function.name + "(";
  for (bool first = true; parameter != function.parameters.end(); ++parameter, first = false) {
    text += (first ? "" : ", ") + to_text(*parameter);
  }
  return text + ")";
}

Result<Value> make_string(std::string text, Meter& meter) {
  if (auto paid = meter.allocate(text.size()); !paid) return fail(std::move(paid.error()));
  return Value(std::move(text));
}

}  // namespace kontor::protocol::cel
