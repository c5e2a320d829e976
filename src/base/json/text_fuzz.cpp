#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/json.hpp"

// Whatever comes in: no crash, and a text that was accepted is written and read again as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto value = json::parse(text, {.bytes_max = size})) {
    const auto written = json::serialize(*value);
    const auto again = json::parse(written);
    invariant(again && json::serialize(*again) == written, "what was accepted is read again as the same");
  }
  return 0;
}
