#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/document.hpp"
#include "protocol/did/multibase.hpp"

namespace {

template <class Message>
void check(std::string_view text) {
  using namespace kontor;
  const auto message = json::decode<Message>(text);
  if (!message) return;
  const auto written = json::encode(*message);
  const auto again = json::decode<Message>(written);
  invariant(again && json::encode(*again) == written, "what was accepted is read again as the same");
}

}  // namespace

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<did::DidDocument>(text);
  (void)did::parse_did(text);
  (void)did::parse_did_url(text);
  (void)did::base58_decode(text);
  return 0;
}
