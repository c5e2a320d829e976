// What can be written, how errors of writing are told, and what the type check refuses.
#include <gtest/gtest.h>

#include "protocol/cel/program.hpp"

namespace kontor::protocol::cel {
namespace {

const Environment environment{.variables = {{"name", Kind::string},
                                            {"count", Kind::int64},
                                            {"claims", Kind::dyn},
                                            {"levels", Type::map(Kind::string, Kind::int64)},
                                            {"request.auth", Kind::map}}};

std::string refusal(std::string_view text, const CompileLimits& limits = {}) {
  auto program = compile(text, environment, limits);
  return program ? "compiles" : program.error().detail;
}

std::string type_of(std::string_view text) {
  auto program = compile(text, environment);
  return program ? to_text(program->result_type()) : program.error().detail;
}

TEST(Syntax, an_error_says_where_and_what_was_expected) {
  EXPECT_EQ(refusal(""), "line 1, column 1: expected a value, found the end");
  EXPECT_EQ(refusal("1 +"), "line 1, column 4: expected a value, found the end");
  EXPECT_EQ(refusal("(1 + 2"), "line 1, column 7: expected an operator or ')', found the end");
  EXPECT_EQ(refusal("name ==\n  'ü' 'b'"),
            "line 2, column 7: expected an operator or the end, found a literal");
  EXPECT_EQ(refusal("[1, 2"), "line 1, column 6: expected an operator, ',' or ']', found the end");
  EXPECT_EQ(refusal("{1, 2}"), "line 1, column 3: expected an operator or ':', found ','");
  EXPECT_EQ(refusal("true ? 1"), "line 1, column 9: expected ':', found the end");
  EXPECT_EQ(refusal("name."),
            "line 1, column 6: expected the name of a field or of a function, found the end");
  EXPECT_EQ(refusal("size(name,)"), "line 1, column 11: expected an argument, found ')'");
  EXPECT_EQ(refusal("a in in"), "line 1, column 6: expected a value, found 'in'");
  EXPECT_EQ(refusal("name = 'a'"), "line 1, column 6: this character has no meaning outside of a text");
}

TEST(Syntax, literals_that_mean_nothing_are_refused) {
  EXPECT_EQ(refusal("'abc"), "line 1, column 1: a literal that starts with ' is not closed");
  EXPECT_EQ(refusal("'a\nb'"), "line 1, column 1: a literal that starts with ' is not closed");
  EXPECT_EQ(refusal(R"('\q')"), R"(line 1, column 1: \q is no escape of a text)");
  EXPECT_EQ(refusal(R"(b'\u0041')"), R"(line 1, column 1: \u is no escape of octets)");
  EXPECT_EQ(refusal(R"('\ud800')"), R"(line 1, column 1: \u is followed by 4 digits that name a code point)");
  EXPECT_EQ(refusal(R"('\x4')"), R"(line 1, column 1: \x is followed by 2 digits that name a code point)");
  EXPECT_EQ(refusal("9223372036854775808"),
            "line 1, column 1: 9223372036854775808 does not fit into 64 bits");
  EXPECT_EQ(refusal("1e999"), "line 1, column 1: 1e999 does not fit into a double");
  EXPECT_EQ(refusal("12abc"), "line 1, column 1: '12a' is no number");
  EXPECT_EQ(refusal("'\xff'"), "an expression is UTF-8");
}

TEST(Syntax, a_raw_literal_ends_at_the_first_quote) {
  EXPECT_EQ(refusal(R"(r'a\' + 'b')"), "compiles");
  EXPECT_EQ(refusal(R"('a\' + 'b')"), "line 1, column 9: a literal that starts with ' is not closed");
}

TEST(Syntax, what_is_not_part_of_this_implementation_says_so) {
  EXPECT_EQ(
      refusal("Message{field: 1}"),
      "line 1, column 8: messages (Type{…}) are not part of this implementation; a map has no name in front");
  EXPECT_EQ(refusal("name.?x"), "line 1, column 6: expected the name of a field or of a function, found '?'");
}

TEST(Syntax, macros_and_has_take_what_they_take) {
  EXPECT_EQ(refusal("[1].all(1, true)"), "line 1, column 9: all() takes a simple name as its variable");
  EXPECT_EQ(refusal("[1].all(a, a, true)"), "line 1, column 12: all() has two variables of one name");
  EXPECT_EQ(refusal("has(has(claims.a))"), "line 1, column 1: has() takes a field, as in has(a.b)");
  EXPECT_EQ(refusal("has(name)"), "line 1, column 1: has() takes a field, as in has(a.b)");
  EXPECT_EQ(refusal("if + 1"), "line 1, column 1: 'if' is a reserved word");
}

TEST(Syntax, depth_and_size_are_bounded) {
  EXPECT_EQ(refusal(std::string(100'000, ' ')), "an expression has at most 16384 bytes");
  const auto brackets = [](std::size_t count) {
    return std::string(count, '(') + "1" + std::string(count, ')');
  };
  EXPECT_EQ(refusal(brackets(140)), "compiles");
  EXPECT_EQ(refusal(brackets(8000)), "line 1, column 151: nested deeper than 150 levels");
  std::string sum = "1";
  for (int i = 0; i < 2000; ++i) sum += "+1";
  EXPECT_EQ(refusal(sum), "line 1, column 300: nested deeper than 150 levels");
  EXPECT_EQ(refusal(std::string(8000, '!') + "true"), "line 1, column 7851: nested deeper than 150 levels");
  std::string many = "false";
  for (int i = 0; i < 1000; ++i) many += "||true";
  EXPECT_EQ(refusal(many), "compiles");
  EXPECT_EQ(refusal(many, {.nodes_max = 500}), "line 1, column 1500: more than 500 operations");
}

TEST(Syntax, a_constant_pattern_is_checked_and_bounded_when_it_is_compiled) {
  EXPECT_EQ(refusal("name.matches('a)')"),
            "line 1, column 14: this is no regular expression: unexpected ): a)");
  EXPECT_EQ(refusal("name.matches('((a{100}){100}){100}')"),
            "line 1, column 14: this is no regular expression: invalid repetition size: {100}");
  EXPECT_EQ(refusal("name.matches('" + std::string(513, 'a') + "')"),
            "line 1, column 14: a regular expression has at most 512 bytes");
  std::string many = "true";
  for (int i = 0; i < 101; ++i) many += "&&name.matches('a')";
  EXPECT_EQ(refusal(many),
            "line 1, column 1863: the regular expressions of this expression are too large together");
}

TEST(TypeCheck, names_and_functions_must_be_declared) {
  EXPECT_EQ(refusal("nme == 'a'"),
            "line 1, column 1: 'nme' is not declared; there is name, count, claims, levels, request.auth");
  EXPECT_EQ(compile("x", {}).error().detail, "line 1, column 1: 'x' is not declared; there is no variable");
  EXPECT_EQ(refusal("[][0].y"), "compiles");
  EXPECT_EQ(refusal("[].y"), "line 1, column 3: list(dyn) has no fields, so no 'y'");
  EXPECT_EQ(refusal("name.beginsWith('a')"), "line 1, column 6: there is no function 'beginsWith'");
  EXPECT_EQ(refusal("name.startsWith(1)"),
            "line 1, column 6: 'startsWith' does not take (string, int); there is string.startsWith(string)");
  EXPECT_EQ(
      refusal("startsWith(name, 'a')"),
      "line 1, column 1: 'startsWith' does not take (string, string); there is string.startsWith(string)");
}

TEST(TypeCheck, what_is_known_must_fit_and_what_is_dyn_goes_everywhere) {
  EXPECT_EQ(refusal("name + count").substr(0, 48), "line 1, column 6: '_+_' does not take (string, i");
  EXPECT_EQ(refusal("name.first"), "line 1, column 5: string has no fields, so no 'first'");
  EXPECT_EQ(refusal("count ? 1 : 2"), "line 1, column 1: ?: takes bool, not int");
  EXPECT_EQ(refusal("true && count"), "line 1, column 9: && takes bool, not int");
  EXPECT_EQ(refusal("true ? 1 : 'a'"),
            "line 1, column 6: ?: has branches of different types, int and string");
  EXPECT_EQ(refusal("[1]['a']"), "line 1, column 4: list(int) takes no string as index");
  EXPECT_EQ(refusal("count.all(c, true)"),
            "line 1, column 7: a macro goes through a list or a map, not through int");
  EXPECT_EQ(refusal("{1.5: 1}"), "line 1, column 1: a map's key is never double");
  EXPECT_EQ(refusal("claims.a.b[0].c + count > claims && claims"), "compiles");
}

TEST(TypeCheck, the_result_s_type_is_derived) {
  EXPECT_EQ(type_of("levels.x + count"), "int");
  EXPECT_EQ(type_of("levels.map(k, {k: levels[k]})"), "list(map(string, int))");
  EXPECT_EQ(type_of("levels.transformMap(k, v, string(v))"), "map(string, string)");
  EXPECT_EQ(type_of("[1, 'a']"), "list(dyn)");
  EXPECT_EQ(type_of("[[], [1]]"), "list(list(int))");
  EXPECT_EQ(type_of("claims.level"), "dyn");
  EXPECT_EQ(type_of("request.auth.token"), "dyn");
  EXPECT_EQ(type_of("type(count)"), "type(int)");
}

TEST(TypeCheck, the_host_says_what_an_expression_must_yield) {
  auto condition = environment;
  condition.result = Kind::boolean;
  EXPECT_TRUE(compile("count > 1", condition));
  EXPECT_TRUE(compile("claims.valid", condition));
  EXPECT_EQ(compile("count", condition).error().detail,
            "line 1, column 1: the expression must yield bool, this one yields int");
}

TEST(TypeCheck, types_that_grow_without_measure_are_given_up) {
  const auto one = Type::parameter("A");
  Environment pairs;
  pairs.functions = {{"pair", {one, one}, Type::opaque("pair", {one, one}), {}}};
  std::string text = "[]";
  for (int i = 0; i < 60; ++i) text = "[" + text + "].map(x, pair(x, x))";
  EXPECT_EQ(compile(text, pairs).error().code, ErrorCode::too_large);
}

TEST(TypeCheck, a_type_of_too_many_levels_is_dyn_from_there_on) {
  const auto nested = [](int levels) { return std::string(levels, '[') + "1" + std::string(levels, ']'); };
  EXPECT_TRUE(type_of(nested(20)).contains("list(int)"));
  EXPECT_TRUE(type_of(nested(100)).contains("list(dyn)"));
  EXPECT_EQ(refusal(nested(100) + " == " + nested(100)), "compiles");
}

TEST(TypeCheck, without_it_unknown_names_are_errors_of_the_evaluation) {
  Environment unchecked;
  unchecked.type_check = false;
  EXPECT_TRUE(*compile("x || f(1) || true", unchecked)->evaluate({})->if_bool());
  EXPECT_EQ(compile("f(1)", unchecked)->evaluate({}).error().detail,
            "line 1, column 1: no such overload: 'f' of (int)");
}

}  // namespace
}  // namespace kontor::protocol::cel
