#include "runtime/policy/partner_groups.hpp"

#include "base/json/codec.hpp"

namespace kontor::runtime::policy {

const entity::Kind& PartnerGroupDocument::kind() {
  static constexpr entity::Field fields[] = {{"id", "id"}, {"members", "members[]"}};
  static constexpr entity::Kind kind{.name = "partner-group", .fields = fields, .audited = true};
  return kind;
}

std::string PartnerGroupDocument::encode(const Entity& group) {
  return json::serialize(json::ObjectWriter().field("id", group.name).field("members", group.members).done());
}

Result<PartnerGroup> PartnerGroupDocument::decode(std::string_view stored, std::uint32_t) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  PartnerGroup group;
  json::ObjectReader in{json::Node(*value)};
  in.required("id", group.name).required("members", group.members);
  if (auto done = in.done(); !done) return fail(std::move(done.error()));
  return group;
}

}  // namespace kontor::runtime::policy
