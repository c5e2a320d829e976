#include "runtime/verifier/peer_verifier.hpp"

#include "platform/store/single_use.hpp"

namespace kontor::runtime::verifier {

namespace dcp = protocol::dcp;
using platform::did::Freshness;

namespace {

/// A document that nobody can hand out at this moment proves nothing against who calls: a refusal would be
/// final.
std::unexpected<Error> unresolved(Error cause) {
  const auto code = cause.row().retry == Retry::later ? ErrorCode::unavailable : ErrorCode::unauthenticated;
  return fail_as(code, std::move(cause), "the caller's DID");
}

}  // namespace

PeerVerifier::PeerVerifier(platform::did::Resolver& resolver, identity::Signing& signing,
                           platform::async::Clock& clock, protocol::did::RelationshipPolicy relationships)
    : resolver_(resolver),
      signing_(signing),
      clock_(clock),
      relationships_(relationships),
      refusals_(clock) {}

Task<Result<dcp::Caller>> PeerVerifier::verify(std::string authorization, Wanted wanted,
                                               platform::async::Deadline deadline) {
  auto bearer = dcp::bearer_token(authorization);
  if (!bearer) co_return fail(std::move(bearer.error()));
  auto token = dcp::parse_self_issued(*bearer);
  if (!token) co_return fail(std::move(token.error()));
  auto may = refusals_.check({wanted.audience, token->key.did, wanted.address});
  if (!may) co_return fail(std::move(may.error()));
  auto audience = co_await signing_.active_did_of(wanted.audience);
  if (!audience) co_return fail(ErrorCode::not_found, "there is no such participant");
  dcp::SelfIssuedExpectations expected{.now = clock_.now(),
                                       .audience = std::move(*audience),
                                       .access_token_required = wanted.access_token_required,
                                       .relationships = wanted.relationships.value_or(relationships_)};
  auto document = co_await resolver_.resolve(token->key.did, Freshness::cached, deadline);
  if (!document) co_return unresolved(std::move(document.error()));
  auto caller = check(*token, **document, expected);
  if (caller || caller.error().code != ErrorCode::not_found) co_return caller;
  auto fresh = co_await resolver_.resolve(token->key.did, Freshness::refreshed, deadline);
  if (!fresh) co_return unresolved(std::move(fresh.error()));
  caller = check(*token, **fresh, expected);
  if (caller) co_return caller;
  co_return fail_as(ErrorCode::unauthenticated, std::move(caller.error()), "the caller's key");
}

Result<dcp::Caller> PeerVerifier::check(const dcp::ReceivedToken& token,
                                        const protocol::did::DidDocument& document,
                                        const dcp::SelfIssuedExpectations& expected) {
  auto caller = dcp::verify_self_issued(token, document, expected);
  const bool had_key = caller || caller.error().code != ErrorCode::not_found;
  if (had_key) ++signatures_checked_;
  return caller;
}

Task<Result<void>> PeerVerifier::turn_away(platform::store::Store& store, dcp::Caller caller, Wanted wanted) {
  const bool is_remembered = refusals_.count({wanted.audience, caller.did, std::move(wanted.address)});
  if (!is_remembered) co_return Result<void>{};
  co_return co_await use_up(store, std::move(wanted.audience), std::move(caller.single_use));
}

void PeerVerifier::note_refusal(const dcp::Caller& caller, const Wanted& wanted) {
  refusals_.count({wanted.audience, caller.did, wanted.address});
}

platform::store::SingleUse stored(const dcp::SingleUse& single_use) {
  return {single_use.issuer.str() + " " + single_use.jti, single_use.keep_until};
}

Task<Result<void>> use_up(platform::store::Store& store, ContextId context, dcp::SingleUse single_use) {
  return platform::store::use_once(store, std::move(context), stored(single_use));
}

}  // namespace kontor::runtime::verifier
