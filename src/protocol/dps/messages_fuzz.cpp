#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/dps/http_profile.hpp"
#include "protocol/dps/messages.hpp"
#include "protocol/dps/registration.hpp"

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
  using namespace kontor::protocol::dps;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<DataFlowPrepareMessage>(text);
  check<DataFlowStartMessage>(text);
  check<DataFlowStartedNotificationMessage>(text);
  check<DataFlowSuspendMessage>(text);
  check<DataFlowResumeMessage>(text);
  check<DataFlowTerminateMessage>(text);
  check<DataFlowCompletedMessage>(text);
  check<DataFlowStatusMessage>(text);
  check<DataFlowStatusResponseMessage>(text);
  check<DataPlaneRegistrationMessage>(text);
  check<ControlPlaneRegistrationMessage>(text);
  check<TokenRenewalResponse>(text);
  return 0;
}
