#include "protocol/api/dsp_binding/routes.hpp"

#include "protocol/api/management/sharing_routes.hpp"
#include "runtime/agreement/agreements.hpp"

namespace kontor::runtime::agreement {

namespace dsp = protocol::dsp;
namespace management = protocol::api::management;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<Nothing>>> end(Agreements& agreements, Call call, management::ReasonRequest body) {
  auto done = co_await agreements.end(std::move(call), body.reason.value_or("terminated"));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

/// The negotiation is what it was.
Task<Result<Reply<dsp::ContractNegotiation>>> receive(Agreements& agreements, Call call,
                                                      dsp::ContractNegotiationTerminationMessage message) {
  auto pids = co_await agreements.receive_end(std::move(call), std::move(message));
  if (!pids) co_return fail(std::move(pids.error()));
  co_return Reply<dsp::ContractNegotiation>{{std::move(*pids), dsp::NegotiationState::finalized}};
}

}  // namespace

void bind_routes(platform::routing::Router& router, Agreements& agreements) {
  router.bind(management::terminate_agreement, [&agreements](Call call, management::ReasonRequest body) {
    return end(agreements, std::move(call), std::move(body));
  });
  router.bind(protocol::api::dsp_binding::terminate_agreement,
              [&agreements](Call call, dsp::ContractNegotiationTerminationMessage message) {
                return receive(agreements, std::move(call), std::move(message));
              });
}

}  // namespace kontor::runtime::agreement
