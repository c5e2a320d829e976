#pragma once

#include <string>
#include <vector>

#include "dataplane/signaling/access_tokens.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/signaling/mover.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "platform/async/clock.hpp"
#include "protocol/dps/http_profile.hpp"

namespace kontor::dataplane::http {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;

struct HttpPullOptions {
  std::string public_url;             ///< where data is fetched
  std::vector<std::string> profiles;  ///< the transfer profiles that are served
  dps::HttpAddressRules addresses;    ///< what is demanded of counter-parties' addresses of the HTTP profile
};

/// Pulls over HTTP: as provider it opens an address of this plane for a source, of any kind, that the order's
/// metadata names, as consumer it leaves the fetching to whoever has the address. [DPS Profiles, HTTP]
class HttpPull final : public signaling::Mover {
 public:
  struct Services {
    platform::async::Clock& clock;
    platform::vault::Vault& vault;
    signaling::AccessTokens& tokens;
    const source::SourceKinds& sources;
  };
  HttpPull(Services services, HttpPullOptions options)
      : services_(services), options_(std::move(options)), addresses_(services.vault) {}

  bool serves(std::string_view profile) const override;
  Task<Result<signaling::Beginning>> begin(signaling::NewFlow flow) override;
  Result<void> check(const flows::Terms& terms, const dps::DataAddress& address) const override;
  Result<std::optional<flows::Opening>> reopen(const flows::DataFlow& flow) override;
  /// Requests are let in by the flow's state alone. What is left to do is to see that they can be served: a
  /// source that cannot be read is told to the control plane.
  Task<Result<Outcome>> open(platform::engine::EffectCall call, flows::DataFlow flow) override;

 private:
  Task<Result<dps::DataAddress>> source_of(signaling::NewFlow flow) const;
  Result<flows::Opening> new_opening(const ContextId& context, const std::string& flow) const;

  Services services_;
  HttpPullOptions options_;
  signaling::AddressVault addresses_;
};

}  // namespace kontor::dataplane::http
