#include "tck/dsp/connector/identities.hpp"

namespace kontor::tck::dsp {

using namespace runtime;

Result<Did> StaticIdentity::caller(std::string_view header) {
  if (header != authorization) return fail(ErrorCode::unauthenticated, "this is not the kit");
  return Did(std::string(kit_id));
}

std::string StaticIdentity::header_for(const ContextId&, const Did&) {
  return std::string(authorization);
}

Task<Result<decisions::NegotiationChoice>> PatientDecisions::about(const decisions::NegotiationQuestion&) {
  co_return decisions::NegotiationChoice(decisions::Wait{});
}

Task<Result<decisions::TransferChoice>> PatientDecisions::about(const decisions::TransferQuestion&) {
  co_return decisions::TransferChoice(decisions::Wait{});
}

}  // namespace kontor::tck::dsp
