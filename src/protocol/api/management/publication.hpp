#pragma once

#include "protocol/api/management/publishing.hpp"

/// Everything that offering an asset takes, in one body.
namespace kontor::protocol::api::management {

/// Each part as its own route takes it, with its `@id`. Without a selector the contract definition is about
/// the asset alone; the policies that it names are in the body or there already.
struct Publication {
  Asset asset;
  std::vector<PolicyDefinition> policies;
  ContractDefinition definition;
};
/// Errors beside the members' own: a part without `@id`, two policies with one, more than 100 policies.
Result<void> read(const json::Node& node, Publication& out);
json::Value write(const Publication& publication);

/// A body and the place where it stands in the one that came.
struct PlacedBody {
  std::string pointer;  ///< empty: it is the one that came
  const json::Value* body;
};
/// Whatever has to be asked of a body of its type: the one that came and, of a publication, its parts. What
/// is no body of its form is left to `read`. They live as long as `body`.
std::vector<PlacedBody> bodies_in(const json::Value& body);

struct PublicationResponse {
  std::string asset_id;
  std::vector<std::string> policy_ids;
  std::string definition_id;
  bool changed = false;  ///< false: everything was there already
};
Result<void> read(const json::Node& node, PublicationResponse& out);
json::Value write(const PublicationResponse& response);

}  // namespace kontor::protocol::api::management
