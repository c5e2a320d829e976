#include <algorithm>

#include "protocol/cel/comparison.hpp"
#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel {
namespace {

Result<Value> equals(Arguments arguments, Meter& meter) {
  return equal(arguments[0], arguments[1], meter);
}

Result<Value> differs(Arguments arguments, Meter& meter) {
  auto same = equal(arguments[0], arguments[1], meter);
  if (!same) return fail(std::move(same.error()));
  return !*same;
}

/// NaN is neither below nor above anything.
template <bool holds(std::partial_ordering)>
Result<Value> ordered(Arguments arguments, Meter& meter) {
  const auto shorter = std::min(length_bytes(arguments[0]), length_bytes(arguments[1]));
  if (auto paid = meter.scan(shorter); !paid) return fail(std::move(paid.error()));
  return holds(*compare(arguments[0], arguments[1]));
}

Result<Value> in_list(Arguments arguments, Meter& meter) {
  for (const auto& element : *arguments[1].if_list()) {
    auto same = equal(arguments[0], element, meter);
    if (!same) return fail(std::move(same.error()));
    if (*same) return true;
  }
  return false;
}

Result<Value> in_map(Arguments arguments, Meter& meter) {
  const auto value = find(*arguments[1].if_map(), arguments[0], meter);
  if (!value) return fail(value.error());
  return *value != nullptr;
}

Result<Value> negated(Arguments arguments, Meter&) {
  return !*arguments[0].if_bool();
}

Result<Value> same(Arguments arguments, Meter&) {
  return arguments[0];
}

Result<Value> kind(Arguments arguments, Meter&) {
  return arguments[0].kind();
}

void add_order(std::vector<Function>& functions, const std::string& name, const Implementation& call) {
  for (const auto type : {Kind::boolean, Kind::string, Kind::bytes, Kind::timestamp, Kind::duration}) {
    functions.push_back({name, {type, type}, Kind::boolean, call});
  }
  for (const auto left : {Kind::int64, Kind::uint64, Kind::float64}) {
    for (const auto right : {Kind::int64, Kind::uint64, Kind::float64}) {
      functions.push_back({name, {left, right}, Kind::boolean, call});
    }
  }
}

}  // namespace

std::vector<Function> operator_functions() {
  const auto any = Type::parameter("A");
  std::vector<Function> functions{
      {"_==_", {any, any}, Kind::boolean, equals},
      {"_!=_", {any, any}, Kind::boolean, differs},
      {"@in", {any, Type::list(any)}, Kind::boolean, in_list},
      {"@in", {any, Type::map(any, Type::parameter("B"))}, Kind::boolean, in_map},
      {"!_", {Kind::boolean}, Kind::boolean, negated},
      {"dyn", {any}, Kind::dyn, same},
      {"type", {any}, Type::type(any), kind},
  };
  add_order(functions, "_<_", ordered<std::is_lt>);
  add_order(functions, "_<=_", ordered<std::is_lteq>);
  add_order(functions, "_>_", ordered<std::is_gt>);
  add_order(functions, "_>=_", ordered<std::is_gteq>);
  return functions;
}

}  // namespace kontor::protocol::cel
