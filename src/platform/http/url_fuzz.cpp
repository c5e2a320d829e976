#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/http/guard.hpp"
#include "platform/http/message.hpp"
#include "platform/http/url.hpp"

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::platform::http;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto url = parse_url(text)) {
    auto again = parse_url(url->scheme + "://" + url->authority() + url->target);
    invariant(again && again->host == url->host && again->port == url->port && again->target == url->target,
              "a URL that was accepted is read again as the same one");
    invariant(url->address == parse_address(url->host).has_value(),
              "a host is an address or a name, never both");
  }
  if (auto target = parse_target(text)) {
    for (const auto& segment : target->segments) invariant(segment != "..", "no segment leads upward");
    target->parameter(text);
  }
  auto address = parse_address(text);
  if (address)
    invariant(parse_address(format_address(*address)) == *address,
              "an address is read again as the same one");
  return 0;
}
