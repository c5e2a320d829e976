#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/did/did.hpp"
#include "protocol/did/document.hpp"
#include "protocol/did/multibase.hpp"
#include "testing/fuzz/round_trip.hpp"

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  using kontor::testing::check_round_trip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip<did::DidDocument>(text);
  (void)did::parse_did(text);
  (void)did::parse_did_url(text);
  (void)did::base58_decode(text);
  return 0;
}
