#include "dataplane/signaling/token_renewal.hpp"

#include "base/crypto/hash.hpp"
#include "dataplane/signaling/own_address.hpp"
#include "protocol/api/data/routes.hpp"
#include "protocol/dcp/tokens.hpp"

namespace kontor::dataplane::signaling {

namespace dcp = protocol::dcp;
namespace did = protocol::did;
namespace dps = protocol::dps;
namespace flows = domain::data_flow;
namespace jose = protocol::jose;
namespace query = protocol::query;
using flows::Machine;
using platform::did::Freshness;
using platform::routing::Call;
using platform::routing::Reply;

namespace {

/// Alike for a token that never was, was used up, or belongs to somebody else.
std::unexpected<Error> not_in_force() {
  auto refused = fail(ErrorCode::forbidden, "the refresh token is not in force");
  refused.error().pointer = "/refresh_token";
  return refused;
}

/// The profile asks for a key of the document, whatever it is there for.
Result<crypto::PublicKey> key_in(const did::DidDocument& document, const std::optional<std::string>& kid) {
  using did::Relationship;
  Result<crypto::PublicKey> key = fail(ErrorCode::unauthenticated, "there is no such key");
  for (const auto purpose :
       {Relationship::authentication, Relationship::capability_invocation, Relationship::assertion_method}) {
    key = did::find_key(document,
                        {.kid = kid, .purpose = purpose, .policy = did::RelationshipPolicy::tolerant});
    if (key) return key;
  }
  return key;
}

bool belongs_to(const flows::DataFlow& flow, std::string_view access_token) {
  const auto hash = crypto::sha256_hex(access_token);
  const auto is_of = [&](const std::optional<flows::Grant>& grant) {
    return grant && grant->token_sha256 == hash;
  };
  return is_of(flow.grant) || is_of(flow.previous_grant);
}

void take_from_query(const Call& call, std::string_view name, std::string& value) {
  const auto parameter = call.target.parameter(name);
  if (value.empty() && parameter) value = std::string(*parameter);
}

Result<void> check_proof(const dcp::ReceivedToken& proof, const did::DidDocument& document,
                         const flows::DataFlow& flow, Instant now) {
  auto key = key_in(document, proof.key.kid);
  if (!key) return fail(std::move(key.error()));
  if (auto done = jose::verify(proof.jwt.jws, *key); !done) return fail(std::move(done.error()));
  const auto& claims = proof.jwt.claims;
  auto checked = jose::check_claims(
      claims, {.now = now, .audience = flow.terms.participant_id, .subject_is_issuer = true});
  if (!checked) return fail(std::move(checked.error()), "the client's token");
  const auto access_token = jose::text_claim(claims, "token");
  if (!access_token || !belongs_to(flow, *access_token)) {
    return fail(ErrorCode::unauthenticated, "the client's token does not hold the access token of the flow");
  }
  return {};
}

}  // namespace

Task<Result<dps::TokenRenewalResponse>> TokenRenewal::renew(Call call, dps::TokenRenewalRequest request) {
  take_from_query(call, "grant_type", request.grant_type);
  take_from_query(call, "refresh_token", request.refresh_token);
  if (request.grant_type != "refresh_token") co_return invalid("/grant_type", "must be refresh_token");
  const auto context = context_in(request.refresh_token);
  if (!context) co_return not_in_force();
  const auto presented = crypto::sha256_hex(request.refresh_token);
  auto flow = co_await find(*context, presented);
  if (!flow) co_return fail(std::move(flow.error()));
  auto proven = co_await prove(call, *flow);
  if (!proven) co_return fail(std::move(proven.error()));
  auto grant = services_.tokens.new_grant(*context, flow->direction, services_.engine.clock().now());
  if (!grant) co_return fail(std::move(grant.error()));
  platform::engine::Command command(*context, EntityId(flow->id.str()), flow->terms.counter_party_id);
  command.trace = call.trace;
  auto renewed = co_await services_.engine.apply<Machine>(std::move(command),
                                                          flows::Renewed{presented, std::move(*grant)});
  if (!renewed) {
    const auto code = renewed.error().code;
    if (code == ErrorCode::unauthenticated || code == ErrorCode::illegal_transition) co_return not_in_force();
    co_return fail(std::move(renewed.error()));
  }
  auto access = access_of(*context, *renewed->entity.grant, services_.tokens,
                          {.now = services_.engine.clock().now(), .renewal_url = {}});
  if (!access) co_return fail(std::move(access.error()));
  dps::TokenRenewalResponse response{
      .access_token = std::move(*access->access_token), .expires_in = {}, .refresh_token = {}};
  if (access->renewal) {
    response.expires_in = access->renewal->expires_in;
    response.refresh_token = std::move(access->renewal->refresh_token);
  }
  co_return response;
}

Task<Result<flows::DataFlow>> TokenRenewal::find(ContextId context, std::string refresh_token_sha256) {
  query::Query by_token;
  by_token.where = query::any_of({query::where("refreshTokenSha256", refresh_token_sha256),
                                  query::where("previousRefreshTokenSha256", refresh_token_sha256)});
  by_token.limit = 1;
  auto page = co_await services_.engine.list<Machine>(std::move(context), std::move(by_token));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty()) co_return not_in_force();
  co_return std::move(page->entities.front().entity);
}

Task<Result<void>> TokenRenewal::prove(const Call& call, const flows::DataFlow& flow) {
  auto token = dcp::bearer_token(call.authorization);
  if (!token) co_return fail(std::move(token.error()));
  auto proof = dcp::parse_self_issued(*token);
  if (!proof) co_return fail(std::move(proof.error()));
  if (proof->key.did.str() != flow.terms.counter_party_id) {
    co_return fail(ErrorCode::unauthenticated, "the client is not whom the flow is for");
  }
  // Keys rotate: what a document from the cache does not prove, a fresh one may.
  Result<void> proven = fail(ErrorCode::unauthenticated, "the client's DID document was not looked for");
  for (const auto freshness : {Freshness::cached, Freshness::refreshed}) {
    auto document = co_await services_.resolver.resolve(proof->key.did, freshness, call.deadline);
    if (!document) {
      co_return fail_as(ErrorCode::unauthenticated, std::move(document.error()), "find the client's keys");
    }
    proven = check_proof(*proof, **document, flow, services_.engine.clock().now());
    if (proven || proven.error().code != ErrorCode::not_found) break;
  }
  if (proven) co_return proven;
  co_return fail_as(ErrorCode::unauthenticated, std::move(proven.error()), "prove the client");
}

namespace {

Task<Result<Reply<dps::TokenRenewalResponse>>> answer(TokenRenewal& renewal, Call call,
                                                      dps::TokenRenewalRequest request) {
  auto response = co_await renewal.renew(std::move(call), std::move(request));
  if (!response) co_return fail(std::move(response.error()));
  Reply<dps::TokenRenewalResponse> reply{std::move(*response)};
  reply.headers.set("Cache-Control", "no-store");
  co_return reply;
}

}  // namespace

void bind_renewal_route(platform::routing::Router& router, TokenRenewal& renewal) {
  router.bind(protocol::api::data::renew_data_token, [&renewal](Call call, dps::TokenRenewalRequest request) {
    return answer(renewal, std::move(call), std::move(request));
  });
}

}  // namespace kontor::dataplane::signaling
