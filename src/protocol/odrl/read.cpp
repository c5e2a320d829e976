#include <algorithm>
#include <initializer_list>

#include "base/text/beginning.hpp"
#include "protocol/odrl/internal/logical_members.hpp"
#include "protocol/odrl/names.hpp"
#include "protocol/odrl/policy.hpp"

namespace kontor::protocol::odrl {
namespace {

/// What is left of the bounds of one policy.
struct Budget {
  std::size_t nodes = policy_nodes_max;

  Result<void> take(const json::Node& node, std::size_t depth) {
    if (depth > policy_depth_max)
      return invalid(node.pointer(), "nested deeper than {} levels", policy_depth_max);
    if (nodes == 0) return invalid(node.pointer(), "more than {} rules and constraints", policy_nodes_max);
    --nodes;
    return {};
  }
};

/// A member under its term, its compact or its full name; it is described under its term alone.
std::optional<json::Node> member(const json::ObjectReader& in, std::string_view term) {
  if (auto found = in.member(term)) return found->is_absent() ? std::nullopt : found;
  if (auto found = in.member("odrl:" + std::string(term))) return found;
  return in.member(std::string(odrl_namespace) + std::string(term));
}

/// The members that are none of `terms`, under any of their names.
json::Object extensions_of(const json::ObjectReader& in, std::initializer_list<std::string_view> terms) {
  json::Object extensions;
  if (!in.object()) return extensions;
  for (const auto& entry : *in.object()) {
    if (std::ranges::find(terms, odrl_term(entry.key())) == terms.end())
      extensions.emplace(entry.key(), entry.value());
  }
  return extensions;
}

/// A name: a string, `{"@id": …}`, `{"@value": …}`, or a list of exactly one of them.
Result<std::string> name_at(const json::Node& node) {
  if (auto* shape = node.shape()) shape->type("string");
  const auto* value = &node.value();
  if (const auto* array = value->if_array(); array && array->size() == 1) value = &array->front();
  for (std::string_view key : {"@id", "@value"}) {
    if (const auto* inner = json::find(*value, key)) value = inner;
  }
  const auto* text = value->if_string();
  if (!text || text->empty()) return invalid(node.pointer(), "must be a non-empty string");
  return std::string(*text);
}

template <class Read>
Result<void> each(const json::Node& node, Read read) {
  if (auto* shape = node.shape()) shape->one_or_many();
  const auto* array = node.value().if_array();
  if (!array) return read(node.shape() ? node.element(0, node.value()) : node);
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (auto done = read(node.element(i, (*array)[i])); !done) return done;
  }
  return {};
}

Result<void> read_constraint(const json::Node& node, Constraint& out, Budget& budget, std::size_t depth);

Result<void> read_constraints(const json::Node& node, std::vector<Constraint>& out, Budget& budget,
                              std::size_t depth) {
  return each(node, [&](const json::Node& element) {
    return read_constraint(element, out.emplace_back(), budget, depth);
  });
}

Result<void> read_atomic(const json::ObjectReader& in, const json::Node& node, Constraint& out) {
  const auto left = member(in, "leftOperand");
  const auto op = member(in, "operator");
  const auto right = member(in, "rightOperand");
  if (!left)
    return invalid(node.pointer() + "/leftOperand", "is required, or one of and, andSequence, or, xone");
  if (!op) return invalid(node.pointer() + "/operator", "is required");
  if (!right || right->value().is_null()) return invalid(node.pointer() + "/rightOperand", "is required");
  auto left_name = name_at(*left);
  if (!left_name) return fail(std::move(left_name.error()));
  auto op_name = name_at(*op);
  if (!op_name) return fail(std::move(op_name.error()));
  out.kind = Constraint::Kind::atomic;
  out.left_operand = std::move(*left_name);
  out.right_operand = right->value();
  const json::Value term(odrl_term(*op_name));
  if (auto done = json::read_enum(json::Node(term, op->pointer()), operator_names, out.op); !done)
    return done;
  out.extensions = extensions_of(in, {"leftOperand", "operator", "rightOperand"});
  return {};
}

Result<void> read_constraint(const json::Node& node, Constraint& out, Budget& budget, std::size_t depth) {
  if (auto done = budget.take(node, depth); !done) return done;
  json::ObjectReader in(node);
  if (auto done = in.done(); !done) return done;
  std::optional<json::Node> operands;
  for (const auto& [term, kind] : logical_members) {
    auto found = member(in, term);
    if (!found) continue;
    if (operands) return invalid(node.pointer(), "must have only one of and, andSequence, or, xone");
    operands = std::move(found);
    out.kind = kind;
  }
  if (!operands) return read_atomic(in, node, out);
  out.extensions = extensions_of(in, {"and", "andSequence", "or", "xone"});
  return read_constraints(*operands, out.operands, budget, depth + 1);
}

Result<void> read_action(const json::Node& node, Action& out, Budget& budget) {
  const auto* value = &node.value();
  if (const auto* array = value->if_array(); array && array->size() == 1) value = &array->front();
  if (!value->is_object()) {
    auto name = name_at(node);
    if (!name) return fail(std::move(name.error()));
    out.name = std::move(*name);
    return {};
  }
  const json::Node place(*value, node.pointer());
  json::ObjectReader in(place);
  auto inner = in.member("@id");
  for (std::string_view term : {"action", "type", "value"}) {
    if (!inner) inner = member(in, term);
  }
  if (!inner) return invalid(node.pointer(), "must be a string, or an object with @id or action");
  auto name = name_at(*inner);
  if (!name) return fail(std::move(name.error()));
  out.name = std::move(*name);
  out.object = value->get_object();
  if (auto refinement = member(in, "refinement"))
    return read_constraints(*refinement, out.refinements, budget, 1);
  return {};
}

Result<void> read_rule(const json::Node& node, Rule& out, Budget& budget, bool may_have_duties) {
  if (auto done = budget.take(node, 0); !done) return done;
  json::ObjectReader in(node);
  if (auto done = in.done(); !done) return done;
  const auto action = member(in, "action");
  if (!action) return invalid(node.pointer() + "/action", "is required");
  if (auto done = read_action(*action, out.action, budget); !done) return done;
  if (auto constraint = member(in, "constraint"); constraint && !constraint->value().is_null()) {
    if (auto done = read_constraints(*constraint, out.constraints, budget, 1); !done) return done;
  }
  if (!may_have_duties) {
    out.extensions = extensions_of(in, {"action", "constraint"});
    return {};
  }
  out.extensions = extensions_of(in, {"action", "constraint", "duty"});
  const auto duties = member(in, "duty");
  if (!duties || duties->value().is_null()) return {};
  return each(*duties, [&](const json::Node& duty) {
    return read_rule(duty, out.duties.emplace_back(), budget, false);
  });
}

Result<void> read_rules(const json::ObjectReader& in, std::string_view term, std::vector<Rule>& out,
                        Budget& budget) {
  const auto rules = member(in, term);
  if (!rules || rules->value().is_null()) return {};
  return each(*rules, [&](const json::Node& rule) {
    return read_rule(rule, out.emplace_back(), budget, term == "permission");
  });
}

Result<void> read_type(const json::ObjectReader& in, PolicyType& out) {
  const auto type = in.member("@type");
  if (!type) return {};
  auto name = name_at(*type);
  if (!name) return fail(std::move(name.error()));
  const auto term = odrl_term(*name);
  if (term == "Set" || term == "Policy") {
    out = PolicyType::set;
  } else if (term == "Offer") {
    out = PolicyType::offer;
  } else if (term == "Agreement") {
    out = PolicyType::agreement;
  } else {
    return invalid(type->pointer(), "'{}' is none of: Set, Offer, Agreement", text::beginning(term, 64));
  }
  return {};
}

Result<void> read_party(const json::ObjectReader& in, std::string_view term,
                        std::optional<std::string>& out) {
  const auto party = member(in, term);
  if (!party || party->value().is_null()) return {};
  auto name = name_at(*party);
  if (!name) return fail(std::move(name.error()));
  out = std::move(*name);
  return {};
}

Result<void> read_timestamp(const json::ObjectReader& in, std::optional<Instant>& out) {
  auto timestamp = in.member("timestamp");
  if (!timestamp) timestamp = in.member("dspace:timestamp");
  if (!timestamp || timestamp->value().is_null()) return {};
  auto text = name_at(*timestamp);
  if (!text) return fail(std::move(text.error()));
  // The schema allows a time without a zone.
  auto instant = parse_instant(*text);
  if (!instant) instant = parse_instant(*text + "Z");
  if (!instant) return invalid(timestamp->pointer(), "must be an xsd:dateTime");
  out = *instant;
  return {};
}

Result<void> read_profiles(const json::ObjectReader& in, std::vector<std::string>& out) {
  const auto profiles = member(in, "profile");
  if (!profiles || profiles->value().is_null()) return {};
  return each(*profiles, [&](const json::Node& profile) -> Result<void> {
    auto name = name_at(profile);
    if (!name) return fail(std::move(name.error()));
    out.push_back(std::move(*name));
    return {};
  });
}

}  // namespace

Result<void> read(const json::Node& node, Constraint& out) {
  Budget budget;
  out = {};
  return read_constraint(node, out, budget, 1);
}

Result<void> read(const json::Node& node, Policy& out) {
  json::ObjectReader in(node);
  if (auto done = in.done(); !done) return done;
  out = {};
  in.optional("@id", out.id);
  if (auto done = in.done(); !done) return done;
  Budget budget;
  if (auto done = read_type(in, out.type); !done) return done;
  if (auto done = read_profiles(in, out.profiles); !done) return done;
  if (auto done = read_rules(in, "permission", out.permissions, budget); !done) return done;
  if (auto done = read_rules(in, "prohibition", out.prohibitions, budget); !done) return done;
  if (auto done = read_rules(in, "obligation", out.obligations, budget); !done) return done;
  if (auto done = read_party(in, "target", out.target); !done) return done;
  if (auto done = read_party(in, "assigner", out.assigner); !done) return done;
  if (auto done = read_party(in, "assignee", out.assignee); !done) return done;
  if (auto done = read_timestamp(in, out.timestamp); !done) return done;
  out.extensions =
      extensions_of(in, {"@id", "@type", "@context", "profile", "permission", "prohibition", "obligation",
                         "target", "assigner", "assignee", "timestamp", "dspace:timestamp"});
  return {};
}

}  // namespace kontor::protocol::odrl
