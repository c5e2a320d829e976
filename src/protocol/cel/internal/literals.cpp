#include <charconv>
#include <limits>
#include <optional>

#include "base/text/beginning.hpp"
#include "protocol/cel/internal/lexer.hpp"
#include "protocol/cel/internal/numbers.hpp"

namespace kontor::protocol::cel::syntax {
namespace {

/// The one character behind a backslash that stands for one other.
std::optional<char> simple_escape(char c) {
  constexpr std::string_view names = "abfnrtv\\?\"'`";
  constexpr std::string_view values = "\a\b\f\n\r\t\v\\?\"'`";
  const auto at = names.find(c);
  if (at == names.npos) return std::nullopt;
  return values[at];
}

/// How a numeric escape is written: `\x` and two digits, three octal digits, `\u` and four, `\U` and eight.
struct Numeric {
  std::size_t skip;
  std::size_t digits;
  int base;
};
std::optional<Numeric> numeric_escape(char c) {
  switch (c) {
    case 'x':
    case 'X':
      return Numeric{1, 2, 16};
    case 'u':
      return Numeric{1, 4, 16};
    case 'U':
      return Numeric{1, 8, 16};
    case '0':
    case '1':
    case '2':
    case '3':
      return Numeric{0, 3, 8};
    default:
      return std::nullopt;
  }
}

std::optional<std::uint32_t> digits_value(std::string_view digits, const Numeric& form) {
  if (digits.size() != form.digits) return std::nullopt;
  std::uint32_t value = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, form.base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto low = [code_point](unsigned shift) {
    return static_cast<char>(0x80 | ((code_point >> shift) & 0x3F));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
    out += low(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | (code_point >> 12));
    out += low(6);
    out += low(0);
  } else {
    out += static_cast<char>(0xF0 | (code_point >> 18));
    out += low(12);
    out += low(6);
    out += low(0);
  }
}

bool is_code_point(std::uint32_t value) {
  return value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
}

template <class T>
Result<Value> whole(std::string_view digits, bool negative) {
  const bool hex = digits.starts_with("0x") || digits.starts_with("0X");
  const auto text = (negative ? "-" : "") + std::string(hex ? digits.substr(2) : digits);
  T value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc{}) {
    return fail(ErrorCode::malformed, "{}{} does not fit into 64 bits", negative ? "-" : "",
                text::beginning(digits, 32));
  }
  return Value(value);
}

}  // namespace

Result<std::string> unescape(std::string_view body, bool octets) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      out += body[i];
      continue;
    }
    const char c = body[++i];  // the lexer saw to it that something follows
    if (const auto simple = simple_escape(c)) {
      out += *simple;
      continue;
    }
    const auto form = numeric_escape(c);
    if (!form || (octets && form->digits > 3)) {
      return fail(ErrorCode::malformed, "\\{} is no escape of {}", c, octets ? "octets" : "a text");
    }
    const auto value = digits_value(body.substr(i + form->skip, form->digits), *form);
    if (!value || !(octets || is_code_point(*value))) {
      return fail(ErrorCode::malformed, "\\{} is followed by {} digits that name a {}", c,
                  form->digits - (form->skip == 0 ? 1 : 0), octets ? "octet" : "code point");
    }
    i += form->skip + form->digits - 1;
    if (octets) {
      out += static_cast<char>(*value);
    } else {
      append_utf8(out, *value);
    }
  }
  return out;
}

Result<Value> number_value(const Token& token, bool negative) {
  if (token.kind == Token::Kind::integer) return whole<std::int64_t>(token.text, negative);
  if (token.kind == Token::Kind::unsigned_integer) return whole<std::uint64_t>(token.text, false);
  const auto value = parse_double(token.text);
  if (!value)
    return fail(ErrorCode::malformed, "{} does not fit into a double", text::beginning(token.text, 32));
  return Value(negative ? -*value : *value);
}

}  // namespace kontor::protocol::cel::syntax
