#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

// Whatever an expression says: no crash, with and without the type check, and nothing beyond the budget. What
// the check calls a type is the type of the value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const cel::Limits limits{.steps_max = 20'000, .bytes_max = 1 << 20};
  const cel::Activation activation{
      {"x", cel::from_json(json::Value{{"a", 1}, {"b", {1.5, "text", nullptr}}, {"c", {{"d", true}}}})},
      {"s", "text"},
      {"n", 7}};
  cel::Environment environment{
      .variables = {{"x", cel::Kind::dyn}, {"s", cel::Kind::string}, {"n", cel::Kind::int64}}};
  for (const bool type_check : {true, false}) {
    environment.type_check = type_check;
    const auto program = cel::compile(text, environment);
    if (!program) continue;
    cel::Meter meter(limits);
    const auto value = program->evaluate(activation, meter);
    invariant(meter.steps() <= limits.steps_max && meter.bytes() <= limits.bytes_max,
              "an evaluation stays within its budget");
    invariant(meter.exhausted() == (!value && value.error().code == ErrorCode::too_large),
              "an exhausted budget is the evaluation's error");
    if (!value) continue;
    const auto kind = program->result_type().kind;
    invariant(kind == cel::Kind::dyn || kind == value->kind(), "a value is of the type that was derived");
    (void)cel::to_json(*value);
  }
  return 0;
}
