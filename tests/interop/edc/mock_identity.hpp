#pragma once

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"

namespace kontor::interop::edc {

/// The identity of EDC's `iam-mock`: the header is a JSON object in which the caller says who it is, and who
/// calls is believed. Nobody holds credentials.
class MockIdentity final : public runtime::dsp_endpoint::PeerIdentity {
 public:
  MockIdentity(platform::async::Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Task<Result<protocol::dcp::Caller>> verify(std::string header, ContextId called,
                                             platform::async::Deadline deadline) override;
  Task<Result<runtime::identity::Peer>> credentials(runtime::identity::Presentations::Question question,
                                                    platform::async::Deadline deadline) override;
  Task<Result<runtime::identity::Peer>> still_good(runtime::identity::Peer proved, Instant now,
                                                   platform::async::Deadline deadline) override;
  Task<Result<std::string>> authorization(ContextId context, Did audience,
                                          std::vector<protocol::dcp::Scope> scopes) override;

 private:
  platform::async::Clock& clock_;
  Random& random_;
};

struct MockIdentityAssembly {
  static constexpr std::string_view name = "mock-identity";
  using Requires = platform::assembly::Services<platform::async::Clock, Random>;
  using Provides = platform::assembly::Services<runtime::dsp_endpoint::PeerIdentity>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<MockIdentity>(needs.get<platform::async::Clock>(), needs.get<Random>());
  }
};

}  // namespace kontor::interop::edc
