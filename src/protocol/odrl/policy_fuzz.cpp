#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/odrl/policy.hpp"

// Whatever comes in: no crash, and a policy that is accepted is the same when it is written and read
// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto policy = json::decode<odrl::Policy>(text)) {
    const auto again = json::decode<odrl::Policy>(json::encode(*policy));
    invariant(again && *again == *policy, "a policy that was accepted is read again as the same");
  }
  return 0;
}
