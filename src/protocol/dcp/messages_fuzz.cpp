#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/scope.hpp"

namespace {

template <class Message>
void check(std::string_view text) {
  using namespace kontor;
  auto message = json::decode<Message>(text);
  if (!message) return;
  auto again = json::decode<Message>(json::encode(*message));
  invariant(again && *again == *message, "a message that was accepted is read again as the same one");
}

}  // namespace

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol::dcp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<PresentationQueryMessage>(text);
  check<PresentationResponseMessage>(text);
  check<CredentialRequestMessage>(text);
  check<CredentialMessage>(text);
  check<CredentialOfferMessage>(text);
  check<IssuerMetadata>(text);
  check<CredentialStatus>(text);
  if (auto scopes = parse_scopes(text)) {
    invariant(parse_scopes(to_string(*scopes)) == *scopes, "scopes are read again as the same ones");
  }
  return 0;
}
