#include "platform/http/message.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  auto allowed = [&](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

bool is_field(std::string_view name, std::string_view value) {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  return is_token(name) && value.find_first_of(forbidden) == std::string_view::npos;
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
  std::erase_if(fields_, [&](const auto& field) { return text::equal_ignoring_case(field.first, name); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (text::equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : fields_) {
    if (text::equal_ignoring_case(key, name)) values.push_back(value);
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
