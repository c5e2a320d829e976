#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/dsp/catalog.hpp"
#include "protocol/dsp/negotiation.hpp"
#include "protocol/dsp/transfer.hpp"
#include "protocol/dsp/version.hpp"
#include "testing/fuzz/round_trip.hpp"

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol::dsp;
  using kontor::testing::check_round_trip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip<CatalogRequestMessage>(text);
  check_round_trip<Catalog>(text);
  check_round_trip<RootDataset>(text);
  check_round_trip<CatalogError>(text);
  check_round_trip<ContractRequestMessage>(text);
  check_round_trip<ContractOfferMessage>(text);
  check_round_trip<ContractAgreementMessage>(text);
  check_round_trip<ContractAgreementVerificationMessage>(text);
  check_round_trip<ContractNegotiationEventMessage>(text);
  check_round_trip<ContractNegotiationTerminationMessage>(text);
  check_round_trip<ContractNegotiation>(text);
  check_round_trip<ContractNegotiationError>(text);
  check_round_trip<TransferRequestMessage>(text);
  check_round_trip<TransferStartMessage>(text);
  check_round_trip<TransferCompletionMessage>(text);
  check_round_trip<TransferSuspensionMessage>(text);
  check_round_trip<TransferTerminationMessage>(text);
  check_round_trip<TransferProcess>(text);
  check_round_trip<TransferError>(text);
  check_round_trip<VersionResponse>(text);
  return 0;
}
