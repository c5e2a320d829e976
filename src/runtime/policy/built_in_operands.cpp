#include "runtime/policy/built_in_operands.hpp"

#include <algorithm>

#include "base/json/codec.hpp"
#include "protocol/odrl/names.hpp"
#include "runtime/policy/claim_path.hpp"
#include "runtime/policy/evaluation_memory.hpp"
#include "runtime/policy/operand_values.hpp"
#include "runtime/policy/time_operands.hpp"

namespace kontor::runtime::policy {

namespace odrl = protocol::odrl;

namespace {

constexpr std::string_view membership_type = "MembershipCredential";
constexpr std::string_view partner_group_names[] = {"BusinessPartnerGroup", "edc:BusinessPartnerGroup"};

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

/// The counter-party's credentials.
const json::Array& credentials_of(const odrl::Subject& subject) {
  static const json::Array none;
  const auto* credentials = subject.claims->if_contains("vc");
  const auto* list = credentials ? credentials->if_array() : nullptr;
  return list ? *list : none;
}

bool holds_credential(const odrl::Subject& subject, std::string_view type) {
  return std::ranges::any_of(credentials_of(subject),
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

Result<odrl::Finding> compared(const odrl::Constraint& asked, std::vector<json::Value> values,
                               Absence absence) {
  auto is_so = holds(asked.op, values, asked.right_operand, absence);
  if (!is_so) return fail(std::move(is_so.error()), "{}", asked.left_operand);
  if (values.empty()) return odrl::Finding{*is_so, json::Value()};
  if (values.size() == 1) return odrl::Finding{*is_so, std::move(values.front())};
  return odrl::Finding{*is_so, json::Array(values.begin(), values.end())};
}

/// `participantId eq did:web:…`, or any of several. Ids have no order and no parts.
Result<odrl::Finding> participant(const odrl::Constraint& asked, const odrl::Subject& subject,
                                  odrl::Evaluating&) {
  using enum odrl::Operator;
  constexpr odrl::Operator comparing[] = {eq, neq, is_any_of, is_part_of, is_none_of};
  if (std::ranges::find(comparing, asked.op) == std::end(comparing)) {
    return fail(ErrorCode::invalid_input,
                "participantId is compared by eq, neq, isAnyOf, isPartOf or isNoneOf");
  }
  return compared(asked, {json::Value(subject.id.str())}, Absence::denies);
}

/// `credentialType isAllOf […]`: of which types credentials were presented and verified.
Result<odrl::Finding> credential_type(const odrl::Constraint& asked, const odrl::Subject& subject,
                                      odrl::Evaluating&) {
  std::vector<json::Value> types;
  for (const auto& credential : credentials_of(subject)) {
    const auto* named = json::find(credential, "type");
    if (named) types.push_back(*named);
  }
  return compared(asked, std::move(types), Absence::denies);
}

/// `$.vc[*].issuer.id eq …`: what the path finds in everything that was proved.
Result<odrl::Finding> claim(const odrl::Constraint& asked, const odrl::Subject& subject,
                            odrl::Evaluating& evaluating) {
  auto path = ClaimPath::read(asked.left_operand);
  if (!path) return fail(std::move(path.error()));
  std::vector<json::Value> values;
  auto done = path->find(json::Value(*subject.claims), evaluating.steps_left, values);
  if (!done) return fail(std::move(done.error()));
  return compared(asked, std::move(values), Absence::denies);
}

/// `MembershipCredential$.level gteq 2`: what the path finds in the subjects of credentials of the type.
odrl::ConstraintFunction claim_of(std::string type) {
  return [type = std::move(type)](const odrl::Constraint& asked, const odrl::Subject& subject,
                                  odrl::Evaluating& evaluating) -> Result<odrl::Finding> {
    auto path = ClaimPath::read(std::string_view(asked.left_operand).substr(type.size()));
    if (!path) return fail(std::move(path.error()));
    std::vector<json::Value> values;
    for (const auto& credential : credentials_of(subject)) {
      const auto* claims = json::find(credential, "credentialSubject");
      if (!claims || !names_type(credential, type)) continue;
      for (const auto& each : listed(*claims)) {
        auto done = path->find(each, evaluating.steps_left, values);
        if (!done) return fail(std::move(done.error()));
      }
    }
    return compared(asked, std::move(values), Absence::denies);
  };
}

/// The groups in which the participant itself has put its partner, so that it is known when there is none.
Result<odrl::Finding> partner_group(const odrl::Constraint& asked, const odrl::Subject& subject,
                                    odrl::Evaluating& evaluating) {
  std::vector<json::Value> names;
  if (const auto& groups = memory_of(evaluating).groups) {
    if (const auto found = groups->find(subject.id); found != groups->end())
      names.assign(found->second.begin(), found->second.end());
  }
  return compared(asked, std::move(names), Absence::is_known);
}

/// Nobody can prove what data will be used for: who agrees to the policy commits to it.
Result<odrl::Finding> purpose(const odrl::Constraint& asked, const odrl::Subject&, odrl::Evaluating&) {
  using enum odrl::Operator;
  constexpr odrl::Operator comparing[] = {eq, is_any_of, is_part_of, is_all_of, is_a};
  if (std::ranges::find(comparing, asked.op) == std::end(comparing))
    return fail(ErrorCode::invalid_input, "a purpose is compared by eq, isA, isAnyOf, isAllOf or isPartOf");
  for (const auto& each : listed(asked.right_operand)) {
    const auto* name = each.if_string();
    if (!name || name->empty()) return fail(ErrorCode::invalid_input, "a purpose is named by a text");
  }
  return odrl::Finding{true, plain(asked.right_operand), "who agrees to it commits to this purpose"};
}

}  // namespace

void bind_built_in_operands(odrl::ConstraintFunctions& functions,
                            const std::vector<std::string>& credential_types) {
  const std::vector<odrl::Scope> everywhere{odrl::Scope("*")};
  for (const auto& type : credential_types) {
    functions.bind(type, everywhere, credential_function(type));
    functions.bind_prefix(type + "$", everywhere, claim_of(type));
  }
  if (std::ranges::find(credential_types, membership_type) != credential_types.end())
    functions.bind("Membership", everywhere, credential_function(std::string(membership_type)));
  functions.bind_prefix("$", everywhere, claim);
  functions.bind("credentialType", everywhere, credential_type);
  for (std::string_view name : {"participantId", "edc:participantId"})
    functions.bind(name, everywhere, participant);
  for (std::string_view name : partner_group_names) functions.bind(name, everywhere, partner_group);
  for (std::string_view name : {"purpose", "odrl:purpose"}) functions.bind(name, everywhere, purpose);
  bind_time_operands(functions);
}

bool is_about_partner_groups(const odrl::Constraint& asked) {
  return std::ranges::any_of(partner_group_names, [&](std::string_view name) {
    return odrl::normalized_name(asked.left_operand) == odrl::normalized_name(name);
  });
}

}  // namespace kontor::runtime::policy
