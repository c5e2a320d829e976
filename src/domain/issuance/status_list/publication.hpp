#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/issuance/status_list/types.hpp"

/// A status list as everybody reads it. Written with each signature; who reads needs nothing else.
namespace kontor::domain::issuance::status_list {

struct Publication {
  StatusListId list;
  /// The credential as a JWT with a `vc` claim: the only form of a list that every known verifier reads.
  std::string token;
  Published of;

  bool operator==(const Publication&) const = default;
};
Result<void> read(const json::Node& node, Publication& out);
json::Value write(const Publication& publication);

/// How it is stored, under the list's id.
struct PublicationDocument {
  using Entity = Publication;
  static const entity::Kind& kind();
  static std::string encode(const Entity& publication);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::domain::issuance::status_list
