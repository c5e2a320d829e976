#include "runtime/policy/built_in_operands.hpp"

#include <algorithm>

#include "base/json/codec.hpp"

namespace kontor::runtime::policy {

namespace odrl = protocol::odrl;

namespace {

bool is_active(const json::Value& right) {
  const auto* text = right.if_string();
  return text && *text == "active";
}

bool names_type(const json::Value& credential, std::string_view type) {
  const auto* types = json::find(credential, "type");
  const auto* list = types ? types->if_array() : nullptr;
  if (!list) return false;
  return std::any_of(list->begin(), list->end(), [&](const json::Value& each) {
    const auto* text = each.if_string();
    return text && std::string_view(*text) == type;
  });
}

bool holds_credential(const odrl::Subject& subject, std::string_view type) {
  const auto* credentials = subject.claims.if_contains("vc");
  const auto* list = credentials ? credentials->if_array() : nullptr;
  if (!list) return false;
  return std::any_of(list->begin(), list->end(),
                     [&](const json::Value& credential) { return names_type(credential, type); });
}

/// `MembershipCredential eq active`: a credential of the type was presented and verified.
odrl::ConstraintFunction credential_function(std::string type) {
  return [type = std::move(type)](const odrl::Constraint& constraint, const odrl::Subject& subject,
                                  odrl::Evaluating&) -> Result<odrl::Finding> {
    if (!is_active(constraint.right_operand)) {
      return fail(ErrorCode::invalid_input, "{} is compared with 'active'", type);
    }
    const bool held = holds_credential(subject, type);
    if (constraint.op == odrl::Operator::eq) return odrl::Finding{held, held ? "active" : "none"};
    if (constraint.op == odrl::Operator::neq) return odrl::Finding{!held, held ? "active" : "none"};
    return fail(ErrorCode::invalid_input, "{} is compared by eq or neq", type);
  };
}

std::vector<std::string> texts_of(const json::Value& value) {
  std::vector<std::string> texts;
  if (const auto* text = value.if_string()) texts.emplace_back(*text);
  if (const auto* list = value.if_array()) {
    for (const auto& each : *list) {
      if (const auto* text = each.if_string()) texts.emplace_back(*text);
    }
  }
  return texts;
}

/// `participantId eq did:web:…`, or any of several.
Result<odrl::Finding> participant_function(const odrl::Constraint& constraint, const odrl::Subject& subject,
                                           odrl::Evaluating&) {
  const auto named = texts_of(constraint.right_operand);
  const bool among = std::find(named.begin(), named.end(), subject.id.str()) != named.end();
  json::Value actual = json::write(subject.id.str());
  switch (constraint.op) {
    case odrl::Operator::eq:
    case odrl::Operator::is_any_of:
    case odrl::Operator::is_part_of:
      return odrl::Finding{among, std::move(actual)};
    case odrl::Operator::neq:
    case odrl::Operator::is_none_of:
      return odrl::Finding{!among, std::move(actual)};
    case odrl::Operator::gt:
    case odrl::Operator::gteq:
    case odrl::Operator::lt:
    case odrl::Operator::lteq:
    case odrl::Operator::term_lteq:
    case odrl::Operator::has_part:
    case odrl::Operator::is_a:
    case odrl::Operator::is_all_of:
      break;
  }
  return fail(ErrorCode::invalid_input,
              "participantId is compared by eq, neq, isAnyOf, isPartOf or isNoneOf");
}

}  // namespace

void bind_built_in_operands(odrl::ConstraintFunctions& functions,
                            const std::vector<std::string>& credential_types) {
  const std::vector<odrl::Scope> everywhere{odrl::Scope("*")};
  for (const auto& type : credential_types) functions.bind(type, everywhere, credential_function(type));
  functions.bind("participantId", everywhere, participant_function);
  functions.bind("edc:participantId", everywhere, participant_function);
}

}  // namespace kontor::runtime::policy
