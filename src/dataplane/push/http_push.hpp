#pragma once

#include <string>
#include <vector>

#include "dataplane/push/sender.hpp"
#include "dataplane/signaling/access_tokens.hpp"
#include "dataplane/signaling/mover.hpp"

namespace kontor::dataplane::push {

namespace flows = domain::data_flow;

struct HttpPushOptions {
  std::string public_url;             ///< where parts are received
  std::vector<std::string> profiles;  ///< the transfer profiles that are served
  bool receives = false;              ///< there is a place for what others push
};

/// Pushes over HTTP: as provider it sends the parts of a source to the consumer's address, as consumer it
/// opens an address of this plane, or hands out an endpoint of the participant's own that the order names.
/// [DPS Profiles, HTTP]
class HttpPush final : public signaling::Mover {
 public:
  struct Services {
    platform::async::Clock& clock;
    signaling::AccessTokens& tokens;
    const source::SourceKinds& sources;
    Sender& sender;
  };
  HttpPush(Services services, HttpPushOptions options) : services_(services), options_(std::move(options)) {}

  bool serves(std::string_view profile) const override;
  Task<Result<signaling::Beginning>> begin(signaling::NewFlow flow) override;
  Result<void> check(const flows::Terms& terms, const dps::DataAddress& address) const override;
  Result<std::optional<flows::Opening>> reopen(const flows::DataFlow& flow) override;
  /// A provider's flow that is started is handed to the sender, which tells its end by an event of its own.
  Task<Result<Outcome>> open(platform::engine::EffectCall call, flows::DataFlow flow) override;

 private:
  struct Named {
    ContextId context;
    std::string flow;
    std::string profile;
  };
  Result<signaling::Beginning> begin_receiving(const signaling::NewFlow& flow) const;
  Result<flows::Opening> new_inbox(const Named& named) const;

  Services services_;
  HttpPushOptions options_;
};

}  // namespace kontor::dataplane::push
