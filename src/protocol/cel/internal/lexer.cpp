#include "protocol/cel/internal/lexer.hpp"

#include <algorithm>
#include <array>

namespace kontor::protocol::cel::syntax {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_name_start(c) || is_digit(c);
}
bool is_quote(char c) {
  return c == '\'' || c == '"';
}

/// Letters in front of a literal: `r` for raw, `b` for octets, `br` for both. 0 where no quote follows them.
std::size_t prefix_of(std::string_view text) {
  const auto lower = [&](std::size_t i) {
    return i < text.size() ? static_cast<char>(text[i] | 0x20) : '\0';
  };
  std::size_t length = 0;
  if (lower(length) == 'b') ++length;
  if (lower(length) == 'r') ++length;
  return length < text.size() && is_quote(text[length]) ? length : 0;
}

}  // namespace

std::string_view Lexer::take(std::size_t bytes) {
  const auto taken = text_.substr(at_, bytes);
  at_ += taken.size();
  for (const char c : taken) {
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
  return taken;
}

void Lexer::skip_blanks() {
  constexpr std::string_view blanks = " \t\n\r\f";
  while (at_ < text_.size()) {
    if (blanks.contains(peek())) {
      take(1);
    } else if (peek() == '/' && peek(1) == '/') {
      take(std::min(text_.find('\n', at_), text_.size()) - at_);
    } else {
      return;
    }
  }
}

Result<Token> Lexer::next() {
  skip_blanks();
  Token token;
  token.at = position_;
  if (at_ == text_.size()) return token;
  const char c = peek();
  if (is_quote(c)) return literal(std::move(token), 0);
  if (const auto prefix = prefix_of(text_.substr(at_)); prefix > 0) return literal(std::move(token), prefix);
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number(std::move(token));
  if (c == '`') return quoted_name(std::move(token));
  if (!is_name_start(c)) return symbol(std::move(token));
  std::size_t length = 1;
  while (is_name(peek(length))) ++length;
  token.text = take(length);
  constexpr std::array<std::string_view, 4> keywords{"true", "false", "null", "in"};
  const bool keyword = std::ranges::find(keywords, token.text) != keywords.end();
  token.kind = keyword ? Token::Kind::keyword : Token::Kind::name;
  return token;
}

Result<Token> Lexer::number(Token token) {
  token.kind = Token::Kind::integer;
  std::size_t length = 0;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
    length = 2;
    while (is_hex(peek(length))) ++length;
  } else {
    while (is_digit(peek(length))) ++length;
    if (peek(length) == '.' && is_digit(peek(length + 1))) {
      token.kind = Token::Kind::real;
      for (++length; is_digit(peek(length));) ++length;
    }
    const bool exponent = peek(length) == 'e' || peek(length) == 'E';
    const bool sign = peek(length + 1) == '+' || peek(length + 1) == '-';
    if (exponent && is_digit(peek(length + (sign ? 2 : 1)))) {
      token.kind = Token::Kind::real;
      for (length += sign ? 2 : 1; is_digit(peek(length));) ++length;
    }
  }
  token.text = take(length);
  if (token.kind == Token::Kind::integer && (peek() == 'u' || peek() == 'U')) {
    token.kind = Token::Kind::unsigned_integer;
    take(1);
  }
  if (is_name(peek())) {
    return error_at(token.at, ErrorCode::malformed, "'{}{}' is no number", token.text, peek());
  }
  return token;
}

Result<Token> Lexer::quoted_name(Token token) {
  const auto end = text_.find('`', at_ + 1);
  const auto name = end == text_.npos ? std::string_view() : text_.substr(at_ + 1, end - at_ - 1);
  constexpr std::string_view others = "-./ ";
  if (name.empty() || !std::ranges::all_of(name, [&](char c) { return is_name(c) || others.contains(c); })) {
    return error_at(token.at, ErrorCode::malformed,
                    "between ` and ` stands a field's name of letters, digits, _, -, ., / and spaces");
  }
  token.kind = Token::Kind::quoted_name;
  token.text = name;
  take(name.size() + 2);
  return token;
}

Result<Token> Lexer::literal(Token token, std::size_t prefix) {
  const auto letters = take(prefix);
  const bool octets = letters.contains('b') || letters.contains('B');
  const bool raw = letters.contains('r') || letters.contains('R');
  const std::string one(1, peek());
  const bool triple = text_.substr(at_).starts_with(one + one + one);
  const auto quote = triple ? one + one + one : one;
  take(quote.size());
  std::size_t length = 0;
  while (!text_.substr(at_ + length).starts_with(quote)) {
    if (!raw && peek(length) == '\\') ++length;
    const bool broken = !triple && (peek(length) == '\n' || peek(length) == '\r');
    if (at_ + length >= text_.size() || broken) {
      return error_at(token.at, ErrorCode::malformed, "a literal that starts with {} is not closed", quote);
    }
    ++length;
  }
  const auto body = take(length);
  take(quote.size());
  auto content = raw ? Result<std::string>(body) : unescape(body, octets);
  if (!content) return error_at(token.at, ErrorCode::malformed, "{}", content.error().detail);
  token.kind = Token::Kind::constant;
  if (octets) {
    const auto view = bytes_of(*content);
    token.constant = Bytes(view.begin(), view.end());
  } else {
    token.constant = std::move(*content);
  }
  return token;
}

Result<Token> Lexer::symbol(Token token) {
  constexpr std::array<std::string_view, 24> symbols{"==", "!=", "<=", ">=", "&&", "||", "<", ">",
                                                     "+",  "-",  "*",  "/",  "%",  "!",  "?", ":",
                                                     ".",  ",",  "(",  ")",  "[",  "]",  "{", "}"};
  for (const auto known : symbols) {
    if (!text_.substr(at_).starts_with(known)) continue;
    token.kind = Token::Kind::symbol;
    token.text = take(known.size());
    return token;
  }
  return error_at(token.at, ErrorCode::malformed, "this character has no meaning outside of a text");
}

}  // namespace kontor::protocol::cel::syntax
