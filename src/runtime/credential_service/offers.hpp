#pragma once

#include <set>
#include <utility>

#include "domain/credential_offer/decide.hpp"
#include "runtime/credential_service/credentials.hpp"
#include "runtime/credential_service/offer_policy.hpp"

namespace kontor::runtime::credential_service {

namespace credential_offer = domain::credential_offer;

struct OffersConfig {
  std::size_t per_issuer_max = 20;  ///< kept of one issuer, for one participant, whatever became of them
  std::size_t kept_max = 200;       ///< kept for one participant; issuers that it trusts are not held up
};

/// What issuers offer to a participant unasked. Every offer is acknowledged, and the participant's policy
/// says what becomes of it: it leads to a credential request, waits for somebody, or is not kept. Nothing is
/// fetched before an offer is stored. [DCP 1.0, issuance protocol, Credential Offer API]
class Offers {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::http::Client& client;
    platform::did::Resolver& resolver;
    identity::Signing& signing;
    verifier::PeerVerifier& verifier;
  };
  /// Adds the machine to the engine.
  explicit Offers(Services services, OffersConfig config = {});

  /// An offer by the issuer that its message names. The same offer again is the same one. Errors: forbidden
  /// (another issuer), too_large, too_many_requests. The sender's token is used up, whatever comes of it.
  Task<Result<void>> receive(platform::routing::Call call, protocol::dcp::CredentialOfferMessage message);

  /// Errors: not_found.
  Task<Result<CredentialOfferPolicy>> policy(ContextId context);
  /// Holds for offers that come, or whose metadata is read, from now on. Errors: not_found.
  Task<Result<void>> set_policy(platform::routing::Call call, CredentialOfferPolicy policy);

 private:
  using Outcome = platform::engine::Outcome<credential_offer::Machine>;

  Task<Result<void>> take(platform::routing::Call call, protocol::dcp::Caller issuer,
                          protocol::dcp::CredentialOfferMessage message);
  Task<Result<void>> check_room(ContextId context, Did issuer, bool trusted);
  Task<Result<platform::engine::Loaded<CredentialOfferPolicy>>> stored_policy(ContextId context);
  Task<Result<Outcome>> carry_out(platform::engine::Committed<credential_offer::Effect> effect);
  Task<Result<Outcome>> read_metadata(Did issuer, platform::engine::EffectCall call);
  Task<Result<Outcome>> make_request(credential_offer::MakeRequest order, platform::engine::EffectCall call);

  Services services_;
  OffersConfig config_;
  std::multiset<std::pair<ContextId, Did>> under_way_;  ///< on their way into the store
};

/// The credential service's DCP endpoints. Both must outlive the router.
void bind_dcp_routes(platform::routing::Router& router, Credentials& credentials, Offers& offers);
/// The Identity API's routes about offers.
void bind_offer_routes(platform::routing::Router& router, platform::engine::Engine& engine, Offers& offers);

}  // namespace kontor::runtime::credential_service
