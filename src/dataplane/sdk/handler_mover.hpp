#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/sdk/flow_view.hpp"
#include "dataplane/sdk/include/kontor/dataplane_sdk.h"
#include "dataplane/signaling/access_tokens.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/signaling/mover.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::dataplane::sdk {

struct MoverOptions {
  std::vector<std::string> profiles;
  protocol::dps::HttpAddressRules addresses;
  Duration opening_timeout = std::chrono::minutes(5);
};

/// Asks an author's handlers what signalling asks of a mover. A handler is called on the io thread, so there
/// is one at a time. Who has the address is asked before the flow is durable, because the answer holds it;
/// who needs it is asked after.
class HandlerMover final : public signaling::Mover {
 public:
  struct Services {
    platform::async::Clock& clock;
    signaling::AccessTokens& tokens;
    platform::vault::Vault& vault;
    std::shared_ptr<Reports> reports;
  };
  HandlerMover(Services services, const kontor_handlers& handlers, MoverOptions options)
      : services_(std::move(services)),
        handlers_(handlers),
        options_(std::move(options)),
        addresses_(services_.vault) {}

  bool serves(std::string_view profile) const override;
  bool fetches() const override { return true; }
  Task<Result<signaling::Beginning>> begin(signaling::NewFlow flow) override;
  Result<void> check(const signaling::flows::Terms& terms,
                     const signaling::dps::DataAddress& address) const override;
  Result<std::optional<signaling::flows::Opening>> reopen(const signaling::flows::DataFlow& flow) override;
  void told(const signaling::flows::DataFlow& flow, signaling::flows::Message message,
            const std::string& reason) override;
  Task<Result<Outcome>> open(platform::engine::EffectCall call, signaling::flows::DataFlow flow) override;

  /// Tells the author of a flow of an earlier run.
  Task<Result<void>> recover(signaling::flows::DataFlow flow);
  /// The event that a report is, for a flow as it is.
  Result<signaling::flows::Event> event_of(const signaling::flows::DataFlow& flow, Report report) const;

 private:
  using Ask = kontor_outcome (*)(void*, const kontor_flow*, kontor_answer*);
  struct Said {
    kontor_outcome outcome = KONTOR_DONE;
    Given given;
  };
  /// An order that was said yes to, for the time until its flow can be found.
  struct Begun {
    signaling::NewFlow order;
    signaling::Beginning beginning;
  };
  enum class Waiting : std::uint8_t { refused, allowed };
  Result<Said> ask(Ask handler, const kontor_flow& view, Waiting waiting = Waiting::refused) const;
  Result<std::optional<signaling::flows::Opening>> opening_of(const ContextId& context,
                                                              const std::string& profile, Given given) const;
  kontor_flow view_of(signaling::NewFlow order) const;
  kontor_flow view_of(const signaling::flows::DataFlow& flow) const;
  Task<Result<kontor_flow>> view_with_address(signaling::flows::DataFlow flow);

  Services services_;
  kontor_handlers handlers_;
  MoverOptions options_;
  signaling::AddressVault addresses_;
  std::deque<Begun> begun_;
};

}  // namespace kontor::dataplane::sdk
