#include "platform/http/internal/upgrade.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

bool lists(const Headers& headers, std::string_view field, std::string_view wanted) {
  for (auto value : headers.all(field)) {
    const auto parts = text::split(value, ',');
    if (std::ranges::any_of(parts,
                            [&](auto part) { return text::equal_ignoring_case(text::trim(part), wanted); }))
      return true;
  }
  return false;
}

}  // namespace

Task<Result<std::string>> Upgrade::read() {
  co_return fail(ErrorCode::internal, "a connection that was to be switched is no body");
}

Upgrade* upgrade_of(const Body& body) {
  return dynamic_cast<Upgrade*>(body.stream.get());
}

void append_upgrade(std::string& head, const Upgrade& upgrade) {
  head.insert(head.size() - 2, "Connection: Upgrade\r\nUpgrade: " + upgrade.protocol() + "\r\n");
}

bool asks_for(const Headers& headers, std::string_view protocol) {
  return lists(headers, "Connection", "Upgrade") && lists(headers, "Upgrade", protocol);
}

}  // namespace kontor::platform::http
