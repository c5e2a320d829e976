#pragma once

#include "connector/header_identity.hpp"
#include "runtime/decisions/decisions.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// The one header that is known is the kit's, both ways.
struct StaticIdentity {
  static constexpr std::string_view name = "static-identity";
  static Result<Did> caller(std::string_view header);
  static std::string header_for(const ContextId& context, const Did& audience);
};

using StaticIdentityAssembly = connector::HeaderIdentityAssembly<StaticIdentity>;

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
