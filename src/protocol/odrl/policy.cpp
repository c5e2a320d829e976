#include "protocol/odrl/policy.hpp"

#include "protocol/odrl/internal/logical_members.hpp"

namespace kontor::protocol::odrl {

/// Found by `json::ObjectWriter` through the namespace of its argument.
json::Value write(const Rule& rule);

namespace {

std::string_view type_name(PolicyType type) {
  switch (type) {
    case PolicyType::set:
      return "Set";
    case PolicyType::offer:
      return "Offer";
    case PolicyType::agreement:
      return "Agreement";
  }
  return {};
}

json::Value with_extensions(json::Value value, const json::Object& extensions) {
  auto& object = value.get_object();
  for (const auto& entry : extensions) object.emplace(entry.key(), entry.value());
  return value;
}

}  // namespace

json::Value write(const Constraint& constraint) {
  json::ObjectWriter out;
  if (constraint.kind == Constraint::Kind::atomic) {
    out.field("leftOperand", constraint.left_operand);
    out.field("operator", operator_names.name(constraint.op));
    out.field("rightOperand", constraint.right_operand);
  } else {
    out.field(logical_member(constraint.kind), constraint.operands);
  }
  return with_extensions(out.done(), constraint.extensions);
}

json::Value write(const Rule& rule) {
  json::ObjectWriter out;
  if (rule.action.object) {
    out.field("action", *rule.action.object);
  } else {
    out.field("action", rule.action.name);
  }
  out.non_empty("constraint", rule.constraints).non_empty("duty", rule.duties);
  return with_extensions(out.done(), rule.extensions);
}

json::Value write(const Policy& policy) {
  json::ObjectWriter out;
  if (!policy.id.empty()) out.field("@id", policy.id);
  out.field("@type", type_name(policy.type));
  out.field("target", policy.target).field("assigner", policy.assigner).field("assignee", policy.assignee);
  out.field("timestamp", policy.timestamp);
  if (policy.profiles.size() == 1) {
    out.field("profile", policy.profiles.front());
  } else {
    out.non_empty("profile", policy.profiles);
  }
  out.non_empty("permission", policy.permissions);
  out.non_empty("prohibition", policy.prohibitions);
  out.non_empty("obligation", policy.obligations);
  return with_extensions(out.done(), policy.extensions);
}

Result<void> check_offerable(const Policy& policy) {
  if (policy.permissions.empty() && policy.prohibitions.empty()) {
    return invalid("/permission", "an offer needs at least one permission or prohibition");
  }
  if (policy.id.empty()) return invalid("/@id", "an offer needs an id");
  return {};
}

}  // namespace kontor::protocol::odrl
