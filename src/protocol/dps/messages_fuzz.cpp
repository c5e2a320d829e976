#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/dps/http_profile.hpp"
#include "protocol/dps/messages.hpp"
#include "protocol/dps/registration.hpp"
#include "testing/fuzz/round_trip.hpp"

// Whatever comes in: no crash, and what is accepted keeps its meaning when it is written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol::dps;
  using kontor::testing::check_round_trip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_round_trip<DataFlowPrepareMessage>(text);
  check_round_trip<DataFlowStartMessage>(text);
  check_round_trip<DataFlowStartedNotificationMessage>(text);
  check_round_trip<DataFlowSuspendMessage>(text);
  check_round_trip<DataFlowResumeMessage>(text);
  check_round_trip<DataFlowTerminateMessage>(text);
  check_round_trip<DataFlowCompletedMessage>(text);
  check_round_trip<DataFlowStatusMessage>(text);
  check_round_trip<DataFlowStatusResponseMessage>(text);
  check_round_trip<DataPlaneRegistrationMessage>(text);
  check_round_trip<ControlPlaneRegistrationMessage>(text);
  check_round_trip<TokenRenewalResponse>(text);
  return 0;
}
