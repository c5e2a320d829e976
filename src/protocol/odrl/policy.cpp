#include "protocol/odrl/policy.hpp"

#include "protocol/odrl/internal/logical_members.hpp"
#include "protocol/odrl/policy_text.hpp"

namespace kontor::protocol::odrl {

/// Found by `json::ObjectWriter` and `json::ObjectText` through the namespace of their argument.
json::Value write(const Rule& rule);
void append(std::string& out, const Rule& rule);

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

template <class Writer>
void write_extensions(Writer& out, const json::Object& extensions) {
  for (const auto& entry : extensions) out.field(entry.key(), entry.value());
}

// The members of each, for a writer of values or of text.

template <class Writer>
void write_members(Writer& out, const Constraint& constraint) {
  if (constraint.kind == Constraint::Kind::atomic) {
    out.field("leftOperand", constraint.left_operand);
    out.field("operator", operator_names.name(constraint.op));
    out.field("rightOperand", constraint.right_operand);
  } else {
    out.field(logical_member(constraint.kind), constraint.operands);
  }
  write_extensions(out, constraint.extensions);
}

template <class Writer>
void write_members(Writer& out, const Rule& rule) {
  if (rule.action.object) {
    out.field("action", *rule.action.object);
  } else {
    out.field("action", rule.action.name);
  }
  out.non_empty("constraint", rule.constraints).non_empty("duty", rule.duties);
  write_extensions(out, rule.extensions);
}

template <class Writer>
void write_members(Writer& out, const Policy& policy) {
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
  write_extensions(out, policy.extensions);
}

template <class T>
json::Value value_of(const T& written) {
  json::ObjectWriter out;
  write_members(out, written);
  return out.done();
}

template <class T>
void append_object(std::string& text, const T& written) {
  json::ObjectText out(text);
  write_members(out, written);
  out.end();
}

}  // namespace

json::Value write(const Constraint& constraint) {
  return value_of(constraint);
}
json::Value write(const Rule& rule) {
  return value_of(rule);
}
json::Value write(const Policy& policy) {
  return value_of(policy);
}

void append(std::string& out, const Constraint& constraint) {
  append_object(out, constraint);
}
void append(std::string& out, const Rule& rule) {
  append_object(out, rule);
}
void append(std::string& out, const Policy& policy) {
  append_object(out, policy);
}

Result<void> check_offerable(const Policy& policy) {
  if (policy.permissions.empty() && policy.prohibitions.empty()) {
    return invalid("/permission", "an offer needs at least one permission or prohibition");
  }
  if (policy.id.empty()) return invalid("/@id", "an offer needs an id");
  return {};
}

}  // namespace kontor::protocol::odrl
