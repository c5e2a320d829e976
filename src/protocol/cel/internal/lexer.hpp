#pragma once

#include "protocol/cel/internal/expression.hpp"

namespace kontor::protocol::cel::syntax {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    name,
    quoted_name,
    keyword,
    integer,
    unsigned_integer,
    real,
    constant,
    symbol
  };
  Kind kind = Kind::end;
  std::string text;  ///< of a number its digits: the parser knows their sign
  Value constant;    ///< of a string or of octets
  Position at;
};

/// Takes a text apart. White space and comments (`// …`) go.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Result<Token> next();

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::string_view take(std::size_t bytes);
  void skip_blanks();
  Result<Token> number(Token token);
  Result<Token> quoted_name(Token token);
  Result<Token> literal(Token token, std::size_t prefix);
  Result<Token> symbol(Token token);

  std::string_view text_;
  std::size_t at_ = 0;
  Position position_;
};

/// What stands between the quotes of a literal, escapes replaced. Octets take the escapes of octets only.
/// Errors: malformed, without a place.
Result<std::string> unescape(std::string_view body, bool octets);

/// The value of a number's digits. Errors: malformed when it is out of range.
Result<Value> number_value(const Token& token, bool negative);

}  // namespace kontor::protocol::cel::syntax
