#pragma once

#include "base/random/random.hpp"
#include "platform/assembly/assembly.hpp"
#include "runtime/decisions/decisions.hpp"
#include "runtime/dsp_endpoint/peer_identity.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// Every caller with the one header that is known is the kit; nobody holds credentials.
class StaticIdentity final : public runtime::dsp_endpoint::PeerIdentity {
 public:
  StaticIdentity(platform::async::Clock& clock, Random& random) : clock_(clock), random_(random) {}

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

struct StaticIdentityAssembly {
  static constexpr std::string_view name = "static-identity";
  using Requires = platform::assembly::Services<platform::async::Clock, Random>;
  using Provides = platform::assembly::Services<runtime::dsp_endpoint::PeerIdentity>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<StaticIdentity>(needs.get<platform::async::Clock>(), needs.get<Random>());
  }
};

/// Nothing is answered at once: the director acts later, as the script says.
class PatientDecisions final : public runtime::decisions::Decisions {
 public:
  Task<Result<runtime::decisions::NegotiationChoice>> about(
      const runtime::decisions::NegotiationQuestion& question) override;
  Task<Result<runtime::decisions::TransferChoice>> about(
      const runtime::decisions::TransferQuestion& question) override;
};

struct PatientDecisionsAssembly {
  static constexpr std::string_view name = "patient-decisions";
  using Requires = platform::assembly::Services<>;
  using Provides = platform::assembly::Services<runtime::decisions::Decisions>;
  using Config = platform::assembly::NoConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires, const Config&) {
    return std::make_unique<PatientDecisions>();
  }
};

}  // namespace kontor::tck::dsp
