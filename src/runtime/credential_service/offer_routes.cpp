#include "protocol/api/identity/offer_routes.hpp"

#include "domain/credential_offer/codec.hpp"
#include "runtime/credential_service/offers.hpp"
#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::credential_service {

namespace identity_api = protocol::api::identity;
using platform::engine::Engine;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

constexpr std::uint32_t offers_shown_max = 1000;

identity_api::CredentialOffer shown(credential_offer::CredentialOffer offer) {
  identity_api::CredentialOffer body{.id = offer.id.str(),
                                     .issuer = std::move(offer.issuer),
                                     .state = std::string(credential_offer::state_codes.name(offer.state)),
                                     .credentials = std::move(offer.credentials),
                                     .received_at = offer.received_at,
                                     .lapses_at = offer.lapses_at,
                                     .holder_pid = std::move(offer.holder_pid),
                                     .rejection = {},
                                     .rejection_reason = {}};
  if (offer.refusal) {
    body.rejection = std::string(credential_offer::refusal_names.name(offer.refusal->kind));
    body.rejection_reason = std::move(offer.refusal->reason);
  }
  return body;
}

Task<Result<Reply<std::vector<identity_api::CredentialOffer>>>> list(Engine& engine, Call call) {
  protocol::query::Query query;
  query.limit = offers_shown_max;
  if (const auto state = call.target.parameter("state")) {
    auto known = json::state_named(*state, credential_offer::state_codes, "/state");
    if (!known) co_return fail(std::move(known.error()));
    query.where = protocol::query::where("state", std::string(*state));
  }
  auto page = co_await engine.list<credential_offer::Machine>(call.context, std::move(query));
  if (!page) co_return fail(std::move(page.error()));
  if (page->entities.empty()) {
    auto owner = co_await identity::load_context(engine, call.context);
    if (!owner) co_return fail(std::move(owner.error()));
  }
  Reply<std::vector<identity_api::CredentialOffer>> reply;
  for (auto& each : page->entities) reply.body.push_back(shown(std::move(each.entity)));
  co_return reply;
}

Task<Result<Reply<identity_api::CredentialOffer>>> get(Engine& engine, Call call) {
  auto loaded = co_await engine.load<credential_offer::Machine>(call.context, call.entity("offerId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  co_return Reply<identity_api::CredentialOffer>{shown(std::move(loaded->entity))};
}

Task<Result<Reply<Nothing>>> decide(Engine& engine, Call call, credential_offer::Event event) {
  platform::engine::Command command{call.context, call.entity("offerId"), call.caller.subject, call.trace};
  auto decided = co_await engine.apply<credential_offer::Machine>(std::move(command), std::move(event));
  if (!decided) co_return fail(std::move(decided.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<CredentialOfferPolicy>>> get_policy(Offers& offers, Call call) {
  auto policy = co_await offers.policy(call.context);
  if (!policy) co_return fail(std::move(policy.error()));
  co_return Reply<CredentialOfferPolicy>{std::move(*policy)};
}

Task<Result<Reply<Nothing>>> set_policy(Offers& offers, Call call, CredentialOfferPolicy policy) {
  auto done = co_await offers.set_policy(std::move(call), std::move(policy));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_offer_routes(platform::routing::Router& router, Engine& engine, Offers& offers) {
  router.bind(identity_api::list_credential_offers,
              [&engine](Call call, Nothing) { return list(engine, std::move(call)); });
  router.bind(identity_api::get_credential_offer,
              [&engine](Call call, Nothing) { return get(engine, std::move(call)); });
  router.bind(identity_api::accept_credential_offer, [&engine](Call call, Nothing) {
    return decide(engine, std::move(call), credential_offer::Accept{});
  });
  router.bind(identity_api::decline_credential_offer, [&engine](Call call, Nothing) {
    return decide(engine, std::move(call), credential_offer::Decline{});
  });
  router.bind(identity_api::get_credential_offer_policy,
              [&offers](Call call, Nothing) { return get_policy(offers, std::move(call)); });
  router.bind(identity_api::set_credential_offer_policy, [&offers](Call call, CredentialOfferPolicy body) {
    return set_policy(offers, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::credential_service
