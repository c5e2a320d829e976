#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/dsp/catalog.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/transfer.hpp"
#include "protocol/dsp/version.hpp"

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
  using namespace kontor::protocol::dsp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<CatalogRequestMessage>(text);
  check<Catalog>(text);
  check<RootDataset>(text);
  check<CatalogError>(text);
  check<ContractRequestMessage>(text);
  check<ContractOfferMessage>(text);
  check<ContractAgreementMessage>(text);
  check<ContractAgreementVerificationMessage>(text);
  check<ContractNegotiationEventMessage>(text);
  check<ContractNegotiationTerminationMessage>(text);
  check<ContractNegotiation>(text);
  check<ContractNegotiationError>(text);
  check<TransferRequestMessage>(text);
  check<TransferStartMessage>(text);
  check<TransferCompletionMessage>(text);
  check<TransferSuspensionMessage>(text);
  check<TransferTerminationMessage>(text);
  check<TransferProcess>(text);
  check<TransferError>(text);
  check<VersionResponse>(text);
  return 0;
}
