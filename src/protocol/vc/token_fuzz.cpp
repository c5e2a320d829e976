#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text/encoding.hpp"
#include "protocol/vc/bitstring.hpp"
#include "protocol/vc/presentation.hpp"
#include "protocol/vc/status_list.hpp"

// Whatever a token claims: no crash, and a credential that was accepted is written and read again as the same
// one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token =
      jose::assemble(jose::signing_input({.alg = jose::Algorithm::eddsa, .kid = "did:web:a#k"}, text), {});
  if (auto signed_credential = vc::parse_credential(token)) {
    auto& credential = signed_credential->credential;
    const auto written = json::encode(credential);
    auto again = json::decode<vc::Credential>(written);
    invariant(again && json::encode(*again) == written,
              "a credential that was accepted is read again as the same one");
    (void)vc::read_status_list(credential);
  }
  (void)vc::parse_presentation(token);
  if (auto bits = vc::decode_bitstring(text, 1 << 17)) {
    invariant(vc::decode_bitstring(vc::encode_bitstring(*bits)) == *bits,
              "a status list is read again as the same one");
  }
  return 0;
}
