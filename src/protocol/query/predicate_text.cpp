#include "protocol/query/predicate_text.hpp"

#include <charconv>

#include "base/text/text.hpp"

namespace kontor::protocol::query {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}

struct Token {
  enum class Kind : std::uint8_t { end, name, text, quoted_name, number, symbol };
  Kind kind = Kind::end;
  std::string value;
  std::size_t column = 1;
};

std::unexpected<Error> at_column(std::size_t column, std::string_view what) {
  return invalid("", "parse error: line 1:{} {}", column, what);
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<Token> next() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    Token token{Token::Kind::end, {}, at_ + 1};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '\'' || c == '"') return quoted(token, c);
    if (is_digit(c) || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))
      return number_or_name(token);
    if (is_name(c)) {
      token.kind = Token::Kind::name;
      while (at_ < text_.size() && is_name(text_[at_])) token.value += text_[at_++];
      return token;
    }
    return symbol(token);
  }

 private:
  Result<Token> quoted(Token token, char quote) {
    token.kind = quote == '\'' ? Token::Kind::text : Token::Kind::quoted_name;
    for (++at_; at_ < text_.size(); ++at_) {
      const bool more = at_ + 1 < text_.size();
      if (text_[at_] == '\\' && more && (text_[at_ + 1] == quote || text_[at_ + 1] == '\\')) {
        token.value += text_[++at_];
      } else if (text_[at_] == quote && more && text_[at_ + 1] == quote) {
        token.value += text_[++at_];
      } else if (text_[at_] == quote) {
        ++at_;
        return token;
      } else {
        token.value += text_[at_];
      }
    }
    return at_column(token.column, "a quote is not closed");
  }

  /// `12`, `-1.5`; a UUID as a segment of a path (`roles.3f…`) starts with a digit too.
  Result<Token> number_or_name(Token token) {
    token.kind = Token::Kind::number;
    while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == '.')) {
      if (text_[at_] == '.' && !(at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) break;
      token.value += text_[at_++];
    }
    for (std::size_t i = 0; i < token.value.size(); ++i) {
      const char c = token.value[i];
      if (!is_digit(c) && c != '.' && !(c == '-' && i == 0)) token.kind = Token::Kind::name;
    }
    return token;
  }

  Result<Token> symbol(Token token) {
    token.kind = Token::Kind::symbol;
    for (std::string_view known : {"!=", "<=", ">=", "<>", "=", "<", ">", "(", ")", ",", "."}) {
      if (!text_.substr(at_).starts_with(known)) continue;
      token.value = known == "<>" ? "!=" : known;
      at_ += known.size();
      return token;
    }
    return at_column(token.column, "this character has no meaning here");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// The operator that holds exactly when `op` does not, for a field that is present.
std::optional<Operator> opposite(Operator op) {
  switch (op) {
    case Operator::equal:
      return Operator::not_equal;
    case Operator::not_equal:
      return Operator::equal;
    case Operator::less:
      return Operator::greater_or_equal;
    case Operator::less_or_equal:
      return Operator::greater;
    case Operator::greater:
      return Operator::less_or_equal;
    case Operator::greater_or_equal:
      return Operator::less;
    case Operator::like:
      return Operator::not_like;
    case Operator::not_like:
      return Operator::like;
    case Operator::in:
      return Operator::not_in;
    case Operator::not_in:
      return Operator::in;
    case Operator::is_null:
      return Operator::is_not_null;
    case Operator::is_not_null:
      return Operator::is_null;
    case Operator::ilike:
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
      break;
  }
  return std::nullopt;
}

/// De Morgan, so that no store has to know NOT.
bool negate(Predicate& predicate) {
  if (predicate.kind == Predicate::Kind::criterion) {
    const auto op = opposite(predicate.criterion.op);
    if (op) predicate.criterion.op = *op;
    return op.has_value();
  }
  predicate.kind = predicate.kind == Predicate::Kind::all ? Predicate::Kind::any : Predicate::Kind::all;
  for (auto& term : predicate.terms) {
    if (!negate(term)) return false;
  }
  return true;
}

Predicate never() {
  return any_of({});
}

class Parser {
 public:
  Parser(std::string_view text, const Limits& limits) : lexer_(text), limits_(limits) {}

  Result<Predicate> document() {
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    auto predicate = alternatives(0);
    if (!predicate) return predicate;
    if (token_.kind != Token::Kind::end) return at_column(token_.column, "expected AND, OR or the end");
    return predicate;
  }

 private:
  using Rule = Result<Predicate> (Parser::*)(std::size_t);

  Result<void> advance() {
    auto token = lexer_.next();
    if (!token) return fail(std::move(token.error()));
    token_ = std::move(*token);
    return {};
  }

  bool at_keyword(std::string_view keyword) const {
    return token_.kind == Token::Kind::name && text::equal_ignoring_case(token_.value, keyword);
  }
  bool at_symbol(std::string_view symbol) const {
    return token_.kind == Token::Kind::symbol && token_.value == symbol;
  }

  Result<Predicate> alternatives(std::size_t depth) { return joined("OR", &Parser::conjunction, depth); }
  Result<Predicate> conjunction(std::size_t depth) { return joined("AND", &Parser::term, depth); }

  Result<Predicate> joined(std::string_view keyword, Rule operand, std::size_t depth) {
    std::vector<Predicate> terms;
    while (true) {
      auto term = (this->*operand)(depth);
      if (!term) return term;
      terms.push_back(std::move(*term));
      if (!at_keyword(keyword)) break;
      if (auto done = advance(); !done) return fail(std::move(done.error()));
    }
    return keyword == "OR" ? any_of(std::move(terms)) : all_of(std::move(terms));
  }

  Result<Predicate> term(std::size_t depth) {
    if (depth >= limits_.depth_max) return at_column(token_.column, "nested too deeply");
    const auto column = token_.column;
    if (at_keyword("NOT")) {
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      auto inner = term(depth + 1);
      if (!inner) return inner;
      if (!negate(*inner))
        return at_column(column, "NOT has no meaning before CONTAINS, STARTS_WITH and ENDS_WITH");
      return inner;
    }
    if (at_symbol("(")) {
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      auto inner = alternatives(depth + 1);
      if (!inner) return inner;
      if (!at_symbol(")")) return at_column(token_.column, "expected )");
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      return inner;
    }
    return comparison();
  }

  Result<Predicate> comparison() {
    const auto start = token_;
    auto field = path();
    if (!field) return fail(std::move(field.error()));
    const bool alone =
        token_.kind == Token::Kind::end || at_symbol(")") || at_keyword("AND") || at_keyword("OR");
    if (alone && start.kind == Token::Kind::name) {
      if (text::equal_ignoring_case(start.value, "TRUE")) return Predicate{};
      if (text::equal_ignoring_case(start.value, "FALSE")) return never();
    }
    if (++criteria_ > limits_.criteria_max) return at_column(start.column, "too many comparisons");
    return comparison_of(std::move(*field));
  }

  Result<std::string> path() {
    std::string field;
    while (true) {
      const bool quoted = token_.kind == Token::Kind::text || token_.kind == Token::Kind::quoted_name;
      const bool later = !field.empty();
      if (!quoted && token_.kind != Token::Kind::name && !(later && token_.kind == Token::Kind::number)) {
        return at_column(token_.column, "expected a field name");
      }
      if (token_.value.empty() || token_.value.contains('\'')) {
        return at_column(token_.column, "a segment of a field name is empty or holds a quote");
      }
      if (quoted) {
        field += "'" + token_.value + "'";
      } else {
        field += token_.value;
      }
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      if (!at_symbol(".")) return field;
      field += '.';
      if (auto done = advance(); !done) return fail(std::move(done.error()));
    }
  }

  Result<Predicate> comparison_of(std::string field) {
    const auto column = token_.column;
    const bool negated = at_keyword("NOT");
    if (negated) {
      if (auto done = advance(); !done) return fail(std::move(done.error()));
    }
    const auto op = operator_here();
    if (!op || (negated && *op != Operator::like && *op != Operator::in)) {
      return at_column(
          column, "expected = != < <= > >= [NOT] LIKE, CONTAINS, STARTS_WITH, ENDS_WITH, [NOT] IN or IS");
    }
    const bool is = at_keyword("IS");
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    if (is) return null_test(std::move(field));
    if (*op == Operator::in) return list(std::move(field), negated ? Operator::not_in : Operator::in);
    const bool null = at_keyword("NULL");
    auto value = scalar();
    if (!value) return fail(std::move(value.error()));
    if (null) return never();
    return where(std::move(field), negated ? Operator::not_like : *op, {std::move(*value)});
  }

  std::optional<Operator> operator_here() const {
    struct Row {
      std::string_view name;
      Operator op;
    };
    constexpr Row symbols[] = {{"=", Operator::equal},   {"!=", Operator::not_equal},
                               {"<", Operator::less},    {"<=", Operator::less_or_equal},
                               {">", Operator::greater}, {">=", Operator::greater_or_equal}};
    constexpr Row keywords[] = {{"LIKE", Operator::like},
                                {"ILIKE", Operator::ilike},
                                {"IN", Operator::in},
                                {"CONTAINS", Operator::contains},
                                {"STARTS_WITH", Operator::starts_with},
                                {"ENDS_WITH", Operator::ends_with},
                                {"IS", Operator::is_null}};
    for (const auto& row : symbols) {
      if (at_symbol(row.name)) return row.op;
    }
    for (const auto& row : keywords) {
      if (at_keyword(row.name)) return row.op;
    }
    return std::nullopt;
  }

  Result<Predicate> null_test(std::string field) {
    const bool negated = at_keyword("NOT");
    if (negated) {
      if (auto done = advance(); !done) return fail(std::move(done.error()));
    }
    if (!at_keyword("NULL")) return at_column(token_.column, "expected NULL");
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    return where(std::move(field), negated ? Operator::is_not_null : Operator::is_null, {});
  }

  Result<Predicate> list(std::string field, Operator op) {
    if (!at_symbol("(")) return at_column(token_.column, "expected ( behind IN");
    std::vector<Scalar> values;
    do {
      if (auto done = advance(); !done) return fail(std::move(done.error()));
      if (values.size() == limits_.values_max) return at_column(token_.column, "too many values");
      const bool null = at_keyword("NULL");
      auto value = scalar();
      if (!value) return fail(std::move(value.error()));
      if (!null) values.push_back(std::move(*value));
    } while (at_symbol(","));
    if (!at_symbol(")")) return at_column(token_.column, "expected , or )");
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    if (values.empty()) return never();
    return where(std::move(field), op, std::move(values));
  }

  /// NULL reads as false; the callers ask for it before.
  Result<Scalar> scalar() {
    const auto token = token_;
    std::optional<Scalar> value;
    if (token.kind == Token::Kind::text) value = Scalar(token.value);
    if (token.kind == Token::Kind::number) value = number(token.value);
    if (at_keyword("TRUE")) value = Scalar(true);
    if (at_keyword("FALSE") || at_keyword("NULL")) value = Scalar(false);
    if (!value)
      return at_column(token.column, "expected a text in single quotes, a number, true, false or null");
    if (token.value.size() > limits_.value_bytes_max) return at_column(token.column, "the value is too long");
    if (auto done = advance(); !done) return fail(std::move(done.error()));
    return *value;
  }

  static std::optional<Scalar> number(std::string_view text) {
    const auto* end = text.data() + text.size();
    std::int64_t integer = 0;
    if (auto [stop, error] = std::from_chars(text.data(), end, integer);
        error == std::errc{} && stop == end) {
      return Scalar(integer);
    }
    double real = 0;
    if (auto [stop, error] = std::from_chars(text.data(), end, real); error == std::errc{} && stop == end) {
      return Scalar(real);
    }
    return std::nullopt;
  }

  Lexer lexer_;
  const Limits& limits_;
  Token token_;
  std::size_t criteria_ = 0;
};

}  // namespace

Result<Predicate> read_predicate(std::string_view text, const Limits& limits) {
  if (text.size() > limits.text_bytes_max) return invalid("", "longer than {} bytes", limits.text_bytes_max);
  if (text::trim(text).empty()) return at_column(1, "expected a predicate; TRUE matches everything");
  auto predicate = Parser(text, limits).document();
  if (!predicate) return predicate;
  Query query;
  query.where = std::move(*predicate);
  if (auto done = check(query, limits); !done) return fail(std::move(done.error()));
  return std::move(query.where);
}

}  // namespace kontor::protocol::query
