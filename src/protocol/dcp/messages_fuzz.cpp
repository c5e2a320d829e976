#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/scope.hpp"
#include "testing/fuzz/round_trip.hpp"

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol::dcp;
  using kontor::testing::check_round_trip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip<PresentationQueryMessage>(text);
  check_round_trip<PresentationResponseMessage>(text);
  check_round_trip<CredentialRequestMessage>(text);
  check_round_trip<CredentialMessage>(text);
  check_round_trip<CredentialOfferMessage>(text);
  check_round_trip<IssuerMetadata>(text);
  check_round_trip<CredentialStatus>(text);
  if (auto scopes = parse_scopes(text)) {
    invariant(parse_scopes(to_string(*scopes)) == *scopes, "scopes are read again as the same ones");
  }
  return 0;
}
