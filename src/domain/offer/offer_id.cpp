#include "domain/offer/offer_id.hpp"

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::domain::offer {
namespace {

/// Base64 whose padding may be missing, and whose meaning is text.
std::optional<std::string> decoded(std::string_view part) {
  std::string padded(part);
  while (padded.size() % 4 != 0) padded += '=';
  auto bytes = text::base64_decode(padded);
  if (!bytes || bytes->empty() || !text::is_utf8(text_of(*bytes))) return std::nullopt;
  return std::string(text_of(*bytes));
}

}  // namespace

std::string write_offer_id(const OfferId& id) {
  const auto encoded = [](const std::string& part) { return text::base64_encode(bytes_of(part)); };
  return encoded(id.definition.str()) + ":" + encoded(id.asset.str()) + ":" + encoded(id.unique);
}

Result<OfferId> read_offer_id(std::string_view text) {
  const auto parts = text::split(text, ':');
  if (parts.size() != 3 || parts[0].empty() || parts[1].empty() || parts[2].empty()) {
    return invalid("/offer/@id", "must have three parts between colons: definition, asset, unique part");
  }
  const auto definition = decoded(parts[0]);
  const auto asset = decoded(parts[1]);
  const auto unique = decoded(parts[2]);
  if (definition && asset && unique)
    return OfferId{ContractDefinitionId{*definition}, AssetId{*asset}, *unique};
  return OfferId{ContractDefinitionId{std::string(parts[0])}, AssetId{std::string(parts[1])},
                 std::string(parts[2])};
}

}  // namespace kontor::domain::offer
