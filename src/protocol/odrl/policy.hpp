#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "base/time/time.hpp"

/// Policies as the Dataspace Protocol writes them: the ODRL subset of its contract schema, without a JSON-LD
/// processor. Readers take every form that a peer's compaction is known to produce; the writer writes the
/// schema's form. [DSP 2025-1, contract-schema.json; ODRL Information Model 2.2]
namespace kontor::protocol::odrl {

enum class PolicyType : std::uint8_t {
  set,        ///< a policy definition: nobody's yet
  offer,      ///< what a provider would agree to
  agreement,  ///< what both agreed to
};

enum class Operator : std::uint8_t {
  eq,
  gt,
  gteq,
  lteq,
  has_part,
  is_a,
  is_all_of,
  is_any_of,
  is_none_of,
  is_part_of,
  lt,
  neq,
  term_lteq,  ///< a slip of the schema that is on the wire; means lteq
};

inline constexpr json::EnumNames<Operator, 13> operator_names{{{Operator::eq, "eq"},
                                                               {Operator::gt, "gt"},
                                                               {Operator::gteq, "gteq"},
                                                               {Operator::lteq, "lteq"},
                                                               {Operator::has_part, "hasPart"},
                                                               {Operator::is_a, "isA"},
                                                               {Operator::is_all_of, "isAllOf"},
                                                               {Operator::is_any_of, "isAnyOf"},
                                                               {Operator::is_none_of, "isNoneOf"},
                                                               {Operator::is_part_of, "isPartOf"},
                                                               {Operator::lt, "lt"},
                                                               {Operator::neq, "neq"},
                                                               {Operator::term_lteq, "term-lteq"}}};

/// One comparison, or a combination of constraints. Names are kept as they were written: `normalized_name`
/// (names.hpp) gives what they mean.
struct Constraint {
  enum class Kind : std::uint8_t { atomic, all, all_in_sequence, any, exactly_one };

  Kind kind = Kind::atomic;
  std::string left_operand;    ///< atomic only
  Operator op = Operator::eq;  ///< atomic only
  json::Value right_operand;  ///< atomic only: a string, object or array; from peers also a number or boolean
  std::vector<Constraint> operands;  ///< the others
  json::Object extensions;           ///< members that this model does not know, unchanged

  bool operator==(const Constraint&) const = default;
};

/// What a rule is about: `use`, or a name of a vocabulary. The schema knows it as a string; peers also send
/// an object with a refinement, which is kept as it came and read into `refinements`.
struct Action {
  std::string name = "use";
  std::vector<Constraint> refinements;
  std::optional<json::Object> object;  ///< the form it came in, when that was an object

  bool operator==(const Action&) const = default;
};

/// A permission, prohibition or duty.
struct Rule {
  Action action;
  std::vector<Constraint> constraints;
  std::vector<Rule> duties;  ///< of a permission: what must be done first
  json::Object extensions;   ///< `consequence`, `remedy`, … unchanged

  bool operator==(const Rule&) const = default;
};

struct Policy {
  PolicyType type = PolicyType::set;
  std::string id;
  std::vector<std::string> profiles;
  std::vector<Rule> permissions;
  std::vector<Rule> prohibitions;
  std::vector<Rule> obligations;
  std::optional<std::string> target;    ///< the dataset; forbidden for an offer inside a catalog
  std::optional<std::string> assigner;  ///< the provider's participant id
  std::optional<std::string> assignee;  ///< the consumer's participant id
  std::optional<Instant> timestamp;     ///< of an agreement
  json::Object extensions;              ///< members that this model does not know, unchanged

  bool operator==(const Policy&) const = default;
};

/// Bounds of the reader, per policy.
inline constexpr std::size_t policy_depth_max = 16;    ///< of constraints within constraints
inline constexpr std::size_t policy_nodes_max = 2000;  ///< rules and constraints together

/// Errors: invalid_input with the JSON pointer.
Result<void> read(const json::Node& node, Policy& out);
Result<void> read(const json::Node& node, Constraint& out);
/// Empty arrays are left out; `@type` is written, so that a JSON-LD processor keeps the terms.
json::Value write(const Policy& policy);
json::Value write(const Constraint& constraint);

/// Whether the schema allows the policy as an offer or agreement: a permission or prohibition is there, it
/// has an id. Errors: invalid_input.
Result<void> check_offerable(const Policy& policy);

}  // namespace kontor::protocol::odrl
