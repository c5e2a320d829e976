#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel {
namespace {

FunctionsByName all() {
  FunctionsByName functions;
  for (auto* area : {&operator_functions, &arithmetic_functions, &conversion_functions, &text_functions,
                     &time_functions}) {
    for (auto& function : area()) functions[function.name].push_back(std::move(function));
  }
  return functions;
}

}  // namespace

const FunctionsByName& standard_functions() {
  static const auto functions = all();
  return functions;
}

std::vector<const Function*> FunctionTable::find(std::string_view name) const {
  std::vector<const Function*> found;
  const auto& standard = standard_functions();
  if (const auto overloads = standard.find(name); overloads != standard.end()) {
    for (const auto& function : overloads->second) found.push_back(&function);
  }
  for (const auto& function : host_) {
    if (function.name == name) found.push_back(&function);
  }
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
