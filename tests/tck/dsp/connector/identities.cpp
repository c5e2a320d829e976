#include "tck/dsp/connector/identities.hpp"

#include "base/random/random.hpp"

namespace kontor::tck::dsp {

using namespace runtime;

Task<Result<protocol::dcp::Caller>> StaticIdentity::verify(std::string header, ContextId,
                                                           platform::async::Deadline) {
  if (header != dsp::authorization) co_return fail(ErrorCode::unauthenticated, "this is not the kit");
  protocol::dcp::Caller kit;
  kit.did = Did(std::string(kit_id));
  kit.single_use = {kit.did, new_uuid(random_), clock_.now() + std::chrono::minutes(5)};
  co_return kit;
}

Task<Result<identity::Peer>> StaticIdentity::credentials(identity::Presentations::Question question,
                                                         platform::async::Deadline) {
  co_return identity::Peer{question.caller.did, {}, {}};
}

Task<Result<runtime::identity::Peer>> StaticIdentity::still_good(runtime::identity::Peer proved, Instant,
                                                                 platform::async::Deadline) {
  co_return proved;
}

Task<Result<std::string>> StaticIdentity::authorization(ContextId, Did, std::vector<protocol::dcp::Scope>) {
  co_return std::string(dsp::authorization);
}

Task<Result<decisions::NegotiationChoice>> PatientDecisions::about(const decisions::NegotiationQuestion&) {
  co_return decisions::NegotiationChoice(decisions::Wait{});
}

Task<Result<decisions::TransferChoice>> PatientDecisions::about(const decisions::TransferQuestion&) {
  co_return decisions::TransferChoice(decisions::Wait{});
}

}  // namespace kontor::tck::dsp
