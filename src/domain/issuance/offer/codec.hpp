#pragma once

#include "base/json/codec.hpp"
#include "domain/issuance/offer/types.hpp"

/// The stored form, version 1.
namespace kontor::domain::issuance::offer {

Result<void> read(const json::Node& node, Offer& out);
json::Value write(const Offer& offer);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::issuance::offer
