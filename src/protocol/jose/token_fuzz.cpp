#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/jose/jwks.hpp"
#include "protocol/jose/jwt.hpp"

// Whatever a token or a key set holds: no crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)jose::parse_jws(text);
  (void)jose::parse_jwt(text);
  if (const auto keys = json::decode<jose::Jwks>(text)) {
    for (const auto& key : keys->keys) (void)jose::verification_key(key);
  }
  return 0;
}
