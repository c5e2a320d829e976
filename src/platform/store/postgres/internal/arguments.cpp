#include "platform/store/postgres/internal/arguments.hpp"

#include <fmt/format.h>

#include <type_traits>

namespace kontor::platform::store::postgres {
namespace {

constexpr std::int32_t text_type = 25;    // pg_type's oid of text
constexpr std::int32_t bigint_type = 20;  // and of int8

void append(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>((number >> shift) & 0xff);
}

void append_length(std::string& out, std::int64_t length) {
  append(out, static_cast<std::uint64_t>(length), 4);
}

/// Dimensions, whether there are nulls, type of the elements; then, unless empty, the length and the lowest
/// index.
std::string array_head(std::size_t count, bool has_null, std::int32_t type) {
  std::string head;
  append_length(head, count == 0 ? 0 : 1);
  append_length(head, has_null ? 1 : 0);
  append_length(head, type);
  if (count == 0) return head;
  append_length(head, static_cast<std::int64_t>(count));
  append_length(head, 1);
  return head;
}

}  // namespace

Arguments& Arguments::keep(std::optional<std::string> value, bool binary) {
  lengths_.push_back(value ? static_cast<int>(value->size()) : 0);
  formats_.push_back(binary ? 1 : 0);
  values_.push_back(std::move(value));
  return *this;
}

Arguments& Arguments::add(std::string_view text) {
  return keep(std::string(text), false);
}
Arguments& Arguments::add(std::int64_t number) {
  return keep(std::to_string(number), false);
}
Arguments& Arguments::add(bool flag) {
  return keep(flag ? "t" : "f", false);
}

Arguments& Arguments::add(const sql::Value& value) {
  return std::visit(
      [this]<class T>(const T& held) -> Arguments& {
        if constexpr (std::is_same_v<T, std::nullptr_t>) {
          return keep(std::nullopt, false);
        } else if constexpr (std::is_same_v<T, double>) {
          return keep(fmt::format("{}", held), false);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return add(std::string_view(held));
        } else {
          return add(held);
        }
      },
      value);
}

Arguments& Arguments::add(const Texts& texts) {
  auto array = array_head(texts.size(), false, text_type);
  for (const auto text : texts) {
    append_length(array, static_cast<std::int64_t>(text.size()));
    array += text;
  }
  return keep(std::move(array), true);
}

Arguments& Arguments::add(const Numbers& numbers) {
  bool has_null = false;
  for (const auto& number : numbers) has_null = has_null || !number;
  auto array = array_head(numbers.size(), has_null, bigint_type);
  for (const auto& number : numbers) {
    append_length(array, number ? 8 : -1);
    if (number) append(array, static_cast<std::uint64_t>(*number), 8);
  }
  return keep(std::move(array), true);
}

std::vector<const char*> Arguments::values() const {
  std::vector<const char*> pointers;
  for (const auto& value : values_) pointers.push_back(value ? value->c_str() : nullptr);
  return pointers;
}

}  // namespace kontor::platform::store::postgres
