#include <algorithm>
#include <array>

#include "base/text/text.hpp"
#include "protocol/cel/internal/lexer.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

/// Words that are kept for later versions of the language: fields and member functions may have them as
/// names.
constexpr std::array<std::string_view, 17> reserved{
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

struct Operator {
  std::string_view symbol;
  std::string_view function;  ///< empty for && and ||
  int precedence;
};
constexpr std::array operators{
    Operator{"||", "", 1},    Operator{"&&", "", 2},     Operator{"==", "_==_", 3}, Operator{"!=", "_!=_", 3},
    Operator{"<", "_<_", 3},  Operator{"<=", "_<=_", 3}, Operator{">", "_>_", 3},   Operator{">=", "_>=_", 3},
    Operator{"in", "@in", 3}, Operator{"+", "_+_", 4},   Operator{"-", "_-_", 4},   Operator{"*", "_*_", 5},
    Operator{"/", "_/_", 5},  Operator{"%", "_%_", 5}};

class Parser {
 public:
  Parser(std::string_view text, const SyntaxLimits& limits) : lexer_(text), limits_(limits) {}

  Result<Expression> document() {
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    auto whole = expression();
    if (whole && token_.kind != Token::Kind::end) return expected("an operator or the end");
    return whole;
  }

 private:
  using Nodes = std::vector<Expression>;

  Result<void> advance() {
    auto token = lexer_.next();
    if (!token) return fail(std::move(token.error()));
    token_ = std::move(*token);
    return {};
  }

  bool at_symbol(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.text == symbol;
  }

  /// Goes past the symbol if it is here.
  Result<bool> accept(std::string_view symbol) {
    if (!at_symbol(symbol)) return false;
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    return true;
  }

  Result<void> require(std::string_view symbol, std::string_view otherwise = "") {
    auto found = accept(symbol);
    if (!found) return fail(std::move(found.error()));
    if (!*found) return expected(otherwise.empty() ? fmt::format("'{}'", symbol) : otherwise);
    return {};
  }

  std::unexpected<Error> expected(std::string_view what) const {
    std::string found = token_.text.empty() ? "a literal" : "'" + text::for_log(token_.text, 32) + "'";
    if (token_.kind == Token::Kind::end) found = "the end";
    return error_at(token_.at, ErrorCode::malformed, "expected {}, found {}", what, found);
  }

  Result<Expression> node(decltype(Expression::form) form, Nodes operands, Position at) {
    std::uint32_t below = 0;
    for (const auto& operand : operands) below = std::max(below, operand.depth);
    if (below >= limits_.depth_max)
      return error_at(at, ErrorCode::too_large, "nested deeper than {} levels", limits_.depth_max);
    if (++nodes_ > limits_.nodes_max)
      return error_at(at, ErrorCode::too_large, "more than {} operations", limits_.nodes_max);
    return Expression{std::move(form), std::move(operands), at, below + 1};
  }

  /// The one rule that calls itself, with `unary` between brackets: depth is counted here.
  Result<Expression> expression() {
    if (depth_ == limits_.depth_max)
      return error_at(token_.at, ErrorCode::too_large, "nested deeper than {} levels", limits_.depth_max);
    ++depth_;
    auto parsed = conditional();
    --depth_;
    return parsed;
  }

  Result<Expression> conditional() {
    auto condition = binary(1);
    if (!condition) return condition;
    const auto at = token_.at;
    auto question = accept("?");
    if (!question) return fail(std::move(question.error()));
    if (!*question) return condition;
    auto chosen = binary(1);
    if (!chosen) return chosen;
    if (auto done = require(":"); !done) return fail(std::move(done.error()));
    auto other = expression();
    if (!other) return other;
    Nodes operands;
    operands.push_back(std::move(*condition));
    operands.push_back(std::move(*chosen));
    operands.push_back(std::move(*other));
    return node(Conditional{}, std::move(operands), at);
  }

  const Operator* operator_here() const {
    const bool named = token_.kind == Token::Kind::keyword;
    if (!named && token_.kind != Token::Kind::symbol) return nullptr;
    const auto* found = std::ranges::find(operators, token_.text, &Operator::symbol);
    return found == operators.end() ? nullptr : found;
  }

  Result<Expression> binary(int precedence) {
    auto left = unary();
    while (left) {
      const auto* op = operator_here();
      if (!op || op->precedence < precedence) break;
      const auto at = token_.at;
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      auto right = binary(op->precedence + 1);
      if (!right) return right;
      left = joined(*op, std::move(*left), std::move(*right), at);
    }
    return left;
  }

  /// `a && b && c` is one node, however long, and so no deep tree.
  Result<Expression> joined(const Operator& op, Expression left, Expression right, Position at) {
    const bool conjunction = op.symbol == "&&";
    if (auto* logical = std::get_if<Logical>(&left.form);
        logical && op.function.empty() && logical->conjunction == conjunction) {
      auto operands = std::move(left.operands);
      operands.push_back(std::move(right));
      return node(Logical{conjunction}, std::move(operands), at);
    }
    Nodes operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    if (op.function.empty()) return node(Logical{conjunction}, std::move(operands), at);
    return node(Call{.function = std::string(op.function)}, std::move(operands), at);
  }

  /// A sign in front of digits belongs to the number: the smallest int has no positive counterpart.
  Result<Expression> unary() {
    std::vector<std::pair<std::string_view, Position>> prefixes;
    bool negative = false;
    while (at_symbol("!") || at_symbol("-")) {
      const auto at = token_.at;
      const bool minus = at_symbol("-");
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      negative = minus && (token_.kind == Token::Kind::integer || token_.kind == Token::Kind::real);
      if (!negative) prefixes.emplace_back(minus ? "-_" : "!_", at);
    }
    auto operand = member(negative);
    while (operand && !prefixes.empty()) {
      Nodes operands;
      operands.push_back(std::move(*operand));
      const auto [function, at] = prefixes.back();
      prefixes.pop_back();
      operand = node(Call{.function = std::string(function)}, std::move(operands), at);
    }
    return operand;
  }

  Result<Expression> member(bool negative) {
    auto target = primary(negative);
    while (target) {
      const auto at = token_.at;
      if (at_symbol(".")) {
        target = selected(std::move(*target), at);
      } else if (at_symbol("[")) {
        target = indexed(std::move(*target), at);
      } else if (at_symbol("{") && std::holds_alternative<Name>(target->form)) {
        return error_at(
            at, ErrorCode::malformed,
            "messages (Type{{…}}) are not part of this implementation; a map has no name in front");
      } else {
        break;
      }
    }
    return target;
  }

  Result<Expression> selected(Expression target, Position at) {
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    const auto name = token_;
    if (name.kind != Token::Kind::name && name.kind != Token::Kind::quoted_name) {
      return expected("the name of a field or of a function");
    }
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    if (name.kind == Token::Kind::quoted_name || !at_symbol("(")) {
      Nodes operands;
      operands.push_back(std::move(target));
      return node(Select{name.text}, std::move(operands), at);
    }
    auto arguments = bracketed(")");
    if (!arguments) return fail(std::move(arguments.error()));
    if (auto macro = expand_macro(name.text, target, *arguments)) {
      if (!*macro) return std::move(*macro);
      return node(std::move((*macro)->form), std::move((*macro)->operands), name.at);
    }
    arguments->insert(arguments->begin(), std::move(target));
    return node(Call{.function = name.text, .member = true}, std::move(*arguments), name.at);
  }

  Result<Expression> indexed(Expression target, Position at) {
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    auto index = expression();
    if (!index) return index;
    if (auto done = require("]"); !done) return fail(std::move(done.error()));
    Nodes operands;
    operands.push_back(std::move(target));
    operands.push_back(std::move(*index));
    return node(Index{}, std::move(operands), at);
  }

  Result<Expression> primary(bool negative) {
    const auto token = token_;
    switch (token.kind) {
      case Token::Kind::name:
        return named(false);
      case Token::Kind::integer:
      case Token::Kind::unsigned_integer:
      case Token::Kind::real: {
        auto value = number_value(token, negative);
        if (!value) return error_at(token.at, ErrorCode::malformed, "{}", value.error().detail);
        return constant(std::move(*value));
      }
      case Token::Kind::constant:
        return constant(token.constant);
      case Token::Kind::keyword:
        if (token.text == "in") return expected("a value");
        if (token.text == "null") return constant(Value());
        return constant(token.text == "true");
      case Token::Kind::symbol:
        return opened();
      case Token::Kind::quoted_name:
      case Token::Kind::end:
        break;
    }
    return expected("a value");
  }

  Result<Expression> constant(Value value) {
    const auto at = token_.at;
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    return node(Constant{std::move(value)}, {}, at);
  }

  /// What starts with a symbol: brackets, lists, maps, names from the root.
  Result<Expression> opened() {
    const auto at = token_.at;
    if (at_symbol("[")) {
      auto elements = bracketed("]");
      if (!elements) return fail(std::move(elements.error()));
      return node(ListLiteral{}, std::move(*elements), at);
    }
    if (at_symbol("{")) return map();
    const bool absolute = at_symbol(".");
    if (!absolute && !at_symbol("(")) return expected("a value");
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    if (absolute) return token_.kind == Token::Kind::name ? named(true) : expected("a name");
    auto inner = expression();
    if (!inner) return inner;
    if (auto done = require(")", "an operator or ')'"); !done) return fail(std::move(done.error()));
    return inner;
  }

  Result<Expression> named(bool absolute) {
    const auto name = token_;
    if (std::ranges::find(reserved, name.text) != reserved.end()) {
      return error_at(name.at, ErrorCode::malformed, "'{}' is a reserved word", name.text);
    }
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    if (!at_symbol("(")) return node(Name{name.text, absolute}, {}, name.at);
    auto arguments = bracketed(")");
    if (!arguments) return fail(std::move(arguments.error()));
    if (name.text != "has" || absolute) {
      const auto function = absolute ? "." + name.text : name.text;
      return node(Call{.function = function}, std::move(*arguments), name.at);
    }
    auto* select = arguments->size() == 1 ? std::get_if<Select>(&arguments->front().form) : nullptr;
    if (!select || select->test)
      return error_at(name.at, ErrorCode::malformed, "has() takes a field, as in has(a.b)");
    select->test = true;
    return std::move(arguments->front());
  }

  /// Expressions between brackets, the last with or without a comma behind it.
  Result<Nodes> bracketed(std::string_view close) {
    Nodes elements;
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    while (!at_symbol(close)) {
      auto element = expression();
      if (!element) return fail(std::move(element.error()));
      elements.push_back(std::move(*element));
      auto comma = accept(",");
      if (!comma) return fail(std::move(comma.error()));
      if (!*comma) break;
      if (close == ")" && at_symbol(close)) return expected("an argument");
    }
    if (auto done = require(close, fmt::format("an operator, ',' or '{}'", close)); !done)
      return fail(std::move(done.error()));
    return elements;
  }

  Result<Expression> map() {
    const auto at = token_.at;
    Nodes entries;
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    while (!at_symbol("}")) {
      auto key = expression();
      if (!key) return key;
      if (auto done = require(":", "an operator or ':'"); !done) return fail(std::move(done.error()));
      auto value = expression();
      if (!value) return value;
      entries.push_back(std::move(*key));
      entries.push_back(std::move(*value));
      auto comma = accept(",");
      if (!comma) return fail(std::move(comma.error()));
      if (!*comma) break;
    }
    if (auto done = require("}", "an operator, ',' or '}'"); !done) return fail(std::move(done.error()));
    return node(MapLiteral{}, std::move(entries), at);
  }

  Lexer lexer_;
  const SyntaxLimits& limits_;
  Token token_;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<Expression> parse(std::string_view text, const SyntaxLimits& limits) {
  if (!text::is_utf8(text)) return fail(ErrorCode::malformed, "an expression is UTF-8");
  return Parser(text, limits).document();
}

}  // namespace kontor::protocol::cel::syntax
