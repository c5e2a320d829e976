#pragma once

#include <string>

#include "dataplane/signaling/mover.hpp"
#include "platform/async/clock.hpp"

namespace kontor::tck::dps {

/// Moves nothing, and says what the kit's cases ask for: it is the data of profiles that have no addresses of
/// their own (`http-pull`, `http-push`) and of HTTP pushes. By its agreement a flow is answered later, ends
/// by itself or breaks. What it says by itself comes late: the kit registers its expectations one by one.
class ScriptedMover final : public dataplane::signaling::Mover {
 public:
  ScriptedMover(platform::async::Clock& clock, std::string public_url)
      : clock_(clock), public_url_(std::move(public_url)) {}

  static constexpr std::chrono::milliseconds readiness_delay{400};
  static constexpr std::chrono::milliseconds completion_delay{1200};

  bool serves(std::string_view profile) const override;
  Task<Result<dataplane::signaling::Beginning>> begin(dataplane::signaling::NewFlow flow) override;
  Result<void> check(const domain::data_flow::Terms& terms,
                     const protocol::dps::DataAddress& address) const override;
  Result<std::optional<domain::data_flow::Opening>> reopen(const domain::data_flow::DataFlow& flow) override;
  Task<Result<Outcome>> open(platform::engine::EffectCall call, domain::data_flow::DataFlow flow) override;

 private:
  domain::data_flow::Opening opening_of(const domain::data_flow::Terms& terms) const;

  platform::async::Clock& clock_;
  std::string public_url_;
};

}  // namespace kontor::tck::dps
