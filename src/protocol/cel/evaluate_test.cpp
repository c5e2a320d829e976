// What expressions yield, beyond the conformance cases: errors, budgets, functions of the host, credentials.
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "protocol/cel/comparison.hpp"
#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel {
namespace {

Value parsed(std::string_view text) {
  return from_json(json::parse(text).value());
}

/// The value as JSON, or the error's text.
std::string outcome(std::string_view text, const Activation& activation = {}, const Environment& more = {},
                    const Limits& limits = {}) {
  auto environment = more;
  for (const auto& [name, value] : activation) environment.variables.push_back({name, Kind::dyn});
  auto program = compile(text, environment);
  if (!program) return "does not compile: " + program.error().detail;
  auto value = program->evaluate(activation, limits);
  if (!value) return value.error().detail;
  return json::serialize(to_json(*value).value());
}

ErrorCode code_of(std::string_view text, const Activation& activation, const Limits& limits) {
  Environment environment;
  for (const auto& [name, value] : activation) environment.variables.push_back({name, Kind::dyn});
  return compile(text, environment).value().evaluate(activation, limits).error().code;
}

TEST(Evaluation, an_operand_that_decides_outweighs_errors_on_either_side) {
  EXPECT_EQ(outcome("1 / 0 == 1 || true"), "true");
  EXPECT_EQ(outcome("true || 1 / 0 == 1"), "true");
  EXPECT_EQ(outcome("1 / 0 == 1 && false && 1 / 0 == 1"), "false");
  EXPECT_EQ(outcome("[1, 0].exists(n, 1 / n == 1 || n == 7)"), "true");
  EXPECT_EQ(outcome("[0, 2].all(n, 4 / n == 1)"), "false");
}

TEST(Evaluation, the_first_error_is_the_answer_where_nothing_decides) {
  EXPECT_EQ(outcome("false || 1 / 0 == 1 || 1 % 0 == 1"), "line 1, column 12: division by zero");
  EXPECT_EQ(outcome("[0, 'a'].all(n, 1 / n == 1)"), "line 1, column 19: division by zero");
}

TEST(Evaluation, only_the_chosen_branch_of_a_conditional_is_evaluated) {
  EXPECT_EQ(outcome("true ? 1 : 1 / 0"), "1");
  EXPECT_EQ(outcome("false ? 1 / 0 : 2"), "2");
}

TEST(Evaluation, an_error_says_line_column_and_what_was_met) {
  EXPECT_EQ(outcome("{'a': 1}.a +\n  {'b': 2}.c"), "line 2, column 11: no such key: 'c'");
  EXPECT_EQ(outcome("x + 'a'", {{"x", 1}}), "line 1, column 3: no such overload: '_+_' of (int, string)");
  EXPECT_EQ(outcome("x ? 1 : 2", {{"x", "no"}}),
            "line 1, column 1: no such overload: bool is needed here, this is string");
  EXPECT_EQ(outcome("[1, 2][x]", {{"x", 2}}),
            "line 1, column 7: the index is out of range: the list has 2 elements");
  EXPECT_EQ(outcome("x.map(e, e)", {{"x", 2}}),
            "line 1, column 3: no such overload: a macro goes through a list or a map, not through int");
}

TEST(Evaluation, a_variable_without_a_value_is_an_error_only_where_it_is_used) {
  const Environment environment{.variables = {{"x", Kind::int64}}};
  const auto program = compile("true || x == 1", environment).value();
  EXPECT_TRUE(*program.evaluate({})->if_bool());
  const auto needed = compile("x == 1", environment).value();
  EXPECT_EQ(needed.evaluate({}).error().detail, "line 1, column 1: 'x' has no value here");
}

TEST(Evaluation, macros_with_two_variables_see_index_and_element_or_key_and_value) {
  EXPECT_EQ(outcome("['a', 'b'].transformList(i, v, string(i) + v)"), R"(["0a","1b"])");
  EXPECT_EQ(outcome("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, k + '!')"), R"({"b":"b!"})");
  EXPECT_EQ(outcome("[3, 1].all(i, v, v > i)"), "false");
}

TEST(Evaluation, map_with_a_condition_transforms_what_it_chooses) {
  EXPECT_EQ(outcome("[1, 2, 3].map(n, n > 1, n * 10)"), "[20,30]");
  EXPECT_EQ(outcome("{'a': 1, 'b': 2}.map(k, k + '!')"), R"(["a!","b!"])");
}

TEST(Evaluation, a_macro_s_variable_hides_a_declared_one_and_is_gone_behind_it) {
  EXPECT_EQ(outcome("[x, [1].map(x, x + 1)[0], x]", {{"x", 7}}), "[7,2,7]");
}

TEST(Evaluation, numbers_compare_by_value_whatever_their_kinds) {
  EXPECT_EQ(outcome("[1 < 2u, 1u < 1.5, x == 1.0, 1u in [x], {1: true}[x]]", {{"x", std::uint64_t{1}}}),
            "[true,true,true,true,true]");
  EXPECT_EQ(outcome("x > 9223372036854775807", {{"x", std::uint64_t{1} << 63}}), "true");
}

TEST(Evaluation, arithmetic_that_leaves_64_bits_is_an_error) {
  EXPECT_EQ(outcome("x * 2", {{"x", INT64_MAX}}), "line 1, column 3: the result does not fit into 64 bits");
  EXPECT_EQ(outcome("x % -1", {{"x", INT64_MIN}}), "0");
  EXPECT_EQ(outcome("-x", {{"x", INT64_MIN}}), "line 1, column 1: the result does not fit into 64 bits");
}

TEST(Evaluation, names_of_time_zones_are_refused_with_what_is_known) {
  EXPECT_EQ(outcome("timestamp('2026-11-21T23:30:00Z').getHours('+01:00')"), "0");
  EXPECT_EQ(outcome("timestamp('2026-11-21T23:30:00Z').getHours('Europe/Berlin')"),
            "line 1, column 35: 'Europe/Berlin' is no time zone that is known here: write UTC or an offset "
            "as +01:00");
}

TEST(Evaluation, regular_expressions_are_taken_from_constants_and_from_values) {
  EXPECT_EQ(outcome("'banana'.matches('^ba(na)*$') && matches('banana', x)", {{"x", "n.n"}}), "true");
  EXPECT_EQ(outcome("'a'.matches(x)", {{"x", "("}}),
            "line 1, column 5: this is no regular expression: missing ): (");
  EXPECT_EQ(outcome("x.matches('a')", {{"x", 1}}), "line 1, column 3: no such overload: 'matches' of (int)");
}

TEST(Limits, steps_and_bytes_are_bounded_and_nothing_outweighs_that) {
  const Value twenty = List(20, Value(1));
  const auto nested = "x.all(a, x.all(b, x.all(c, a + b + c == 3))) || true";
  EXPECT_EQ(code_of(nested, {{"x", twenty}}, {.steps_max = 1000}), ErrorCode::too_large);
  EXPECT_EQ(outcome(nested, {{"x", twenty}}, {}, {.steps_max = 1000}),
            "line 1, column 36: the evaluation needs more than 1000 steps");
  EXPECT_EQ(outcome(nested, {{"x", twenty}}, {}, {.steps_max = 1'000'000}), "true");
  const Value text(std::string(400, 'a'));
  EXPECT_EQ(outcome("size(x + x)", {{"x", text}}, {}, {.bytes_max = 800}), "800");
  EXPECT_EQ(outcome("x + x == 'b' || true", {{"x", text}}, {}, {.bytes_max = 799}),
            "line 1, column 3: the evaluation needs more than 799 bytes");
  EXPECT_EQ(code_of("x.map(a, x.map(b, a))", {{"x", twenty}}, {.bytes_max = 5'000}), ErrorCode::too_large);
}

TEST(Limits, what_reads_much_costs_much) {
  const Value text(std::string(64'000, 'a'));
  const auto steps = [&](std::string_view expression) {
    const auto program = compile(expression, {.variables = {{"x", Kind::dyn}}}).value();
    Meter meter({.steps_max = 1'000'000'000, .bytes_max = 1 << 30});
    EXPECT_TRUE(program.evaluate({{"x", text}}, meter));
    return meter.steps();
  };
  EXPECT_LT(steps("x.startsWith('a')"), 10);
  for (const auto* expression : {"x.contains('b')", "x == x", "x < x", "size(x)", "x in [x]"}) {
    EXPECT_GE(steps(expression), 1000) << expression;
  }
  for (const auto* expression : {"x in {x: 1}", "{x: 1}[x] == 1", "size({x: 1, 'b': 2}) == 2"}) {
    EXPECT_GE(steps(expression), 1000) << expression;
  }
  EXPECT_GE(steps("x.matches('(a|b)*c')"), 5000);
  EXPECT_GE(steps("'a'.matches(dyn('(ab){100}'))"), 900 + 4 * 200);
  EXPECT_GE(steps("'a'.matches(dyn('(')) || true"), 20'000);
}

TEST(Limits, equality_of_values_that_share_their_parts_is_bounded) {
  Value doubled(1);
  for (int i = 0; i < 40; ++i) doubled = List{doubled, doubled};
  EXPECT_EQ(code_of("x == y", {{"x", doubled}, {"y", doubled}}, {}), ErrorCode::too_large);
}

TEST(Limits, several_evaluations_can_share_one_budget) {
  const auto program = compile("[1, 2, 3].map(n, n * 2)", {}).value();
  Meter meter({.steps_max = 20});
  EXPECT_TRUE(program.evaluate({}, meter));
  EXPECT_FALSE(meter.exhausted());
  EXPECT_FALSE(program.evaluate({}, meter));
  EXPECT_TRUE(meter.exhausted());
}

Result<Value> with_type(Arguments arguments, Meter& meter) {
  List matching;
  for (const auto& credential : *arguments[0].if_list()) {
    if (auto paid = meter.spend(1); !paid) return fail(std::move(paid.error()));
    const auto* map = credential.if_map();
    const auto* types = map ? map->find(std::string_view("type")) : nullptr;
    auto same = types ? equal(*types, arguments[1], meter) : Result<bool>(false);
    if (!same) return fail(std::move(same.error()));
    if (*same) matching.push_back(credential);
  }
  return matching;
}

TEST(HostFunctions, a_member_function_of_the_host_is_called_with_its_target) {
  const Environment environment{
      .functions = {{"withType", {Kind::list, Kind::string}, Kind::list, with_type, true}}};
  const Activation claims{{"vc", parsed(R"([{"type": "A", "level": 1}, {"type": "B", "level": 2}])")}};
  EXPECT_EQ(outcome("vc.withType('B').exists(c, c.level == 2)", claims, environment), "true");
  EXPECT_EQ(outcome("vc.withType('C').size()", claims, environment), "0");
  EXPECT_EQ(outcome("vc[0].withType('B')", claims, environment),
            "line 1, column 7: no such overload: 'withType' of (map, string)");
}

TEST(HostFunctions, a_qualified_function_is_found_and_its_error_has_a_place) {
  const Environment environment{
      .functions = {{"host.fail", {}, Kind::dyn, [](Arguments, Meter&) -> Result<Value> {
                       return invalid("", "the host says no");
                     }}}};
  EXPECT_EQ(outcome("host.fail()", {}, environment), "line 1, column 6: the host says no");
  EXPECT_EQ(outcome("[1].map(host, host.fail())", {}, environment),
            "does not compile: line 1, column 20: there is no function 'fail'");
}

TEST(HostFunctions, a_function_without_implementation_can_be_checked_and_not_evaluated) {
  const Environment environment{.functions = {{"later", {}, Kind::boolean, {}}}};
  EXPECT_EQ(outcome("later()", {}, environment), "line 1, column 1: 'later' is declared and not implemented");
}

TEST(HostFunctions, a_function_is_handed_the_variables_it_depends_on) {
  const auto later = [](Arguments arguments, Meter&) -> Result<Value> {
    if (arguments[1].is_null()) return "no time";
    return *arguments[0].if_timestamp() > *arguments[1].if_timestamp();
  };
  const Environment environment{
      .functions = {{"isLater", {Kind::timestamp}, Kind::dyn, later, true, {"now"}}}};
  const auto now = parse_timestamp("2026-11-21T12:00:00Z").value();
  EXPECT_EQ(outcome("timestamp('2027-01-01T00:00:00Z').isLater()", {{"now", now}}, environment), "true");
  EXPECT_EQ(outcome("timestamp('2027-01-01T00:00:00Z').isLater()", {}, environment), R"("no time")");
}

/// The expressions of the Minimum Viable Dataspace, over the context they are given there.
TEST(Credentials, conditions_over_verifiable_credentials_are_evaluated) {
  const Activation activation{
      {"ctx", parsed(R"({"agent": {"id": "did:web:b", "attributes": {}, "claims": {"vc": [{
          "type": ["VerifiableCredential", "https://w3id.org/example/MembershipCredential"],
          "issuer": {"id": "did:web:issuer"},
          "credentialSubject": [{"id": "did:web:b", "membershipStartDate": "2023-01-01T00:00:00Z",
                                 "part_types": "non_critical"}]}]}}})")},
      {"this",
       parsed(
           R"({"leftOperand": "MembershipCredential", "operator": "EQ", "rightOperand": "non_critical"})")},
      {"now", Value(parse_timestamp("2026-11-21T12:00:00Z").value())}};
  EXPECT_EQ(outcome("ctx.agent.claims.vc.filter(c, c.type.exists(t, t.contains('MembershipCredential')))"
                    ".exists(c, c.credentialSubject.exists(cs, timestamp(cs.membershipStartDate) < now))",
                    activation),
            "true");
  EXPECT_EQ(outcome("ctx.agent.claims.vc.exists(c, c.credentialSubject.exists(cs,"
                    " cs.part_types == this.rightOperand))",
                    activation),
            "true");
  EXPECT_EQ(outcome("has(ctx.agreement) ? ctx.agreement.id : ctx.agent.id", activation), R"("did:web:b")");
  EXPECT_EQ(outcome("ctx.agreement.id == 'x'", activation), "line 1, column 4: no such key: 'agreement'");
}

}  // namespace
}  // namespace kontor::protocol::cel
