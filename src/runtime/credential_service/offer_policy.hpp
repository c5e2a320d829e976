#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/credential_offer/types.hpp"
#include "protocol/api/identity/offer_messages.hpp"

namespace kontor::runtime::credential_service {

using protocol::api::identity::CredentialOfferPolicy;

/// What a participant does about offers, as it said over the API. Stored in its context under one id; where
/// there is none, every offer waits for somebody.
struct OfferPolicyDocument {
  using Entity = CredentialOfferPolicy;
  static const EntityId& id();
  static const entity::Kind& kind();
  static std::string encode(const Entity& policy);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// What the policy says of one issuer's offers.
domain::credential_offer::Policy about(const CredentialOfferPolicy& policy, const Did& issuer);

}  // namespace kontor::runtime::credential_service
