#pragma once

#include "base/json/codec.hpp"
#include "domain/credential_offer/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::credential_offer {

inline constexpr json::EnumNames<Refusal::Kind, 5> refusal_names{{
    {Refusal::Kind::declined, "declined"},
    {Refusal::Kind::lapsed, "lapsed"},
    {Refusal::Kind::ignored, "ignored"},
    {Refusal::Kind::unknown, "unknown"},
    {Refusal::Kind::failed, "failed"},
}};

Result<void> read(const json::Node& node, CredentialOffer& out);
json::Value write(const CredentialOffer& offer);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::credential_offer
