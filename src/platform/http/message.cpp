#include "platform/http/message.hpp"

#include <algorithm>
#include <array>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t fields_at_first = 8;

/// Which octets a name may hold (RFC 9110 §5.6.2), and which a value may not.
constexpr auto token_octets = [] {
  std::array<bool, 256> octets{};
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~0123456789")) octets[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) octets[c] = octets[c - 'a' + 'A'] = true;
  return octets;
}();
constexpr bool ends_a_value(char c) {
  return c == '\r' || c == '\n' || c == '\0';
}

bool is_field(std::string_view name, std::string_view value) {
  const auto allowed = [](unsigned char c) { return token_octets[c]; };
  return !name.empty() && std::ranges::all_of(name, allowed) && std::ranges::none_of(value, ends_a_value);
}

bool is_named(const std::pair<std::string, std::string>& field, std::string_view name) {
  return field.first.size() == name.size() && text::equal_ignoring_case(field.first, name);
}

}  // namespace

Headers::Headers() = default;
Headers::Headers(const Headers&) = default;
Headers::Headers(Headers&&) noexcept = default;
Headers& Headers::operator=(const Headers&) = default;
Headers& Headers::operator=(Headers&&) noexcept = default;
Headers::~Headers() = default;

bool Headers::add(std::string name, std::string value) {
  if (!is_field(name, value)) return false;
  if (fields_.empty()) fields_.reserve(fields_at_first);
  fields_.emplace_back(std::move(name), std::move(value));
  return true;
}

bool Headers::set(std::string name, std::string value) {
  if (!is_field(name, value)) return false;
  remove(name);
  fields_.emplace_back(std::move(name), std::move(value));
  return true;
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return is_named(field, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& field : fields_) {
    if (is_named(field, name)) return field.second;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& field : fields_) {
    if (is_named(field, name)) values.push_back(field.second);
  }
  return values;
}

Task<Result<std::string>> Body::collect(std::size_t bytes_max) && {
  auto body = std::move(text);
  auto source = std::move(stream);
  if (body.size() > bytes_max)
    co_return fail(ErrorCode::too_large, "a body of {} bytes is above {}", body.size(), bytes_max);
  if (!source) co_return body;
  auto announced = source->length_bytes();
  if (announced.value_or(0) > bytes_max) {
    co_return fail(ErrorCode::too_large, "a body of {} bytes is above {}", *announced, bytes_max);
  }
  while (true) {
    auto piece = co_await source->read();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return body;
    if (piece->size() > bytes_max - body.size()) {
      co_return fail(ErrorCode::too_large, "a body is above {} bytes", bytes_max);
    }
    if (body.empty()) {
      body = std::move(*piece);
      body.reserve(announced.value_or(0));
    } else {
      body += *piece;
    }
  }
}

}  // namespace kontor::platform::http
