#include "protocol/api/management/partner_groups.hpp"

#include <algorithm>

namespace kontor::protocol::api::management {

Result<void> read(const json::Node& node, PartnerGroup& out) {
  auto in = open_body(node, {"PartnerGroup"});
  in.optional("@id", out.id).required("members", out.members);
  auto members = out.members;
  std::ranges::sort(members);
  const auto twice = std::ranges::adjacent_find(members);
  if (in.ok() && twice != members.end()) in.refuse("members", fmt::format("names '{}' twice", *twice));
  return in.done();
}

json::Value write(const PartnerGroup& group) {
  auto out = body_of("PartnerGroup");
  out.field("@id", group.id).field("members", group.members);
  return out.field("createdAt", epoch_milliseconds(group.created_at)).done();
}

}  // namespace kontor::protocol::api::management
