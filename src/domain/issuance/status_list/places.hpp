#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/text/bytes.hpp"
#include "domain/issuance/status_list/types.hpp"

/// Which places of a status list are given out. Written when some are, and at no other time.
namespace kontor::domain::issuance::status_list {

struct Places {
  StatusListId list;
  protocol::vc::StatusKind kind = protocol::vc::StatusKind::bitstring;
  std::string purpose = "revocation";
  protocol::vc::Bitstring taken;
  bool open = true;  ///< there are more

  bool operator==(const Places&) const = default;
};
Result<void> read(const json::Node& node, Places& out);
json::Value write(const Places& places);

/// Takes a place for each eight random bytes, fewer when the list is full before; then it is closed. Each
/// free place has the same probability: random places tell nobody how many credentials were issued, or in
/// which order. A place is given out once.
std::vector<std::uint64_t> take_places(Places& places, BytesView randomness);

std::uint64_t free_places(const Places& places);

/// How it is stored, under the list's id.
struct PlacesDocument {
  using Entity = Places;
  static const entity::Kind& kind();
  static std::string encode(const Entity& places);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::domain::issuance::status_list
