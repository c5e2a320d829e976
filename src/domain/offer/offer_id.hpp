#pragma once

#include <string>
#include <string_view>

#include "domain/offer/documents.hpp"

namespace kontor::domain::offer {

/// The id of an offer says where it comes from: `base64(definition):base64(asset):base64(unique)`.
struct OfferId {
  ContractDefinitionId definition;
  AssetId asset;
  std::string unique;

  bool operator==(const OfferId&) const = default;
};

std::string write_offer_id(const OfferId& id);

/// Reads three parts between colons. If any of them is not base64 (padding is optional), all three are taken
/// literally. Errors: invalid_input.
Result<OfferId> read_offer_id(std::string_view text);

}  // namespace kontor::domain::offer
