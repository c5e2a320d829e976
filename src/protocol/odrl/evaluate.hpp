#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/shared_object.hpp"
#include "protocol/odrl/policy.hpp"

/// Whether a policy allows somebody something, and why not. Pure. What a left operand means is told by
/// functions that the caller registers; a name that nobody registered denies.
namespace kontor::protocol::odrl {

/// When a policy is asked: `catalog`, `contract.negotiation`, `transfer.process`, `policy.monitor`. Names are
/// hierarchies with dots: what is bound to `catalog` counts in `catalog.request` too; `*` is every scope.
using Scope = Id<struct ScopeTag>;

/// Whether what is bound to a scope counts in another.
bool covers(const Scope& bound, const Scope& asked);

/// The agreement under which something is asked.
struct AgreementFacts {
  std::string id;
  std::string asset_id;
  Did provider;
  Did consumer;
  Instant signed_at;
};

/// Who asks, under which agreement, when.
struct Subject {
  Did id;
  json::SharedObject claims;  ///< what the party proved, as the claims layer reads it
  json::Object attributes;
  std::optional<AgreementFacts> agreement;
  Instant now;
};

/// What a function found: whether the constraint holds, and the value that it saw, for the explanation.
struct Finding {
  bool holds = false;
  json::Value actual;    ///< null: the subject has no such value
  std::string why = {};  ///< for people, where the value alone does not say it
};

/// What the functions of one evaluation have in common.
struct Evaluating {
  /// Operations that are left to all of them together: a policy of many constraints costs no more than one.
  std::uint64_t steps_left = 300'000;
  std::any kept = {};  ///< what one of them worked out and the next one can use
};

/// Decides one atomic constraint. An error denies and is told in the trace. Pure beside `Evaluating`.
using ConstraintFunction = std::function<Result<Finding>(const Constraint&, const Subject&, Evaluating&)>;

/// The functions that an evaluation may ask, by left operand and scope, and the actions that a scope is
/// about.
class ConstraintFunctions {
 public:
  /// Binds a left operand. Several functions for one operand must all hold. Names are normalised here.
  void bind(std::string_view left_operand, std::vector<Scope> scopes, ConstraintFunction function);
  /// Takes the place of what is bound to the operand in these scopes; elsewhere that goes on deciding.
  /// Several for one operand and scope must all hold.
  void define(std::string_view left_operand, std::vector<Scope> scopes, ConstraintFunction function);
  /// Asked for operands without a binding of their own, in the order of registration.
  void bind_prefix(std::string_view prefix, std::vector<Scope> scopes, ConstraintFunction function);
  /// `use` is bound to every scope from the start.
  void bind_action(std::string_view action, std::vector<Scope> scopes);

  enum class Binding : std::uint8_t {
    here,       ///< decided in this scope
    elsewhere,  ///< decided in another scope: of no account in this one
    nowhere,    ///< unknown: denies
  };
  struct Match {
    Binding binding = Binding::nowhere;
    std::vector<const ConstraintFunction*> functions;  ///< live as long as this object is not changed
  };
  Match find(std::string_view left_operand, const Scope& scope) const;
  /// What is bound to an operand in any scope; nothing where a definition takes its place in one.
  std::vector<const ConstraintFunction*> find_undefined(std::string_view left_operand) const;
  Binding find_action(std::string_view action, const Scope& scope) const;
  /// The left operands that have a meaning somewhere, normalised, by the alphabet; prefixes with a star.
  std::vector<std::string> left_operands() const;

  ConstraintFunctions();

 private:
  struct Bound {
    std::vector<Scope> scopes;
    ConstraintFunction function;
  };
  using Operands = std::map<std::string, std::vector<Bound>, std::less<>>;
  static void add(Match& match, const Bound& bound, const Scope& scope);

  Operands operands_;
  Operands defined_;
  std::vector<std::pair<std::string, Bound>> prefixes_;
  std::map<std::string, std::vector<Scope>, std::less<>> actions_;
};

enum class Outcome : std::uint8_t {
  holds,
  fails,
  unknown,         ///< cannot be decided: no function, or the function failed. Denies.
  not_applicable,  ///< of no account in this scope
};

/// One step of an evaluation, in the order in which it was taken.
struct Step {
  std::string pointer;  ///< `/permission/0/constraint/1`
  Outcome outcome = Outcome::holds;
  std::string left_operand;  ///< empty for a rule
  std::string op;
  json::Value right_operand;
  json::Value actual;
  std::string why;  ///< for people; empty when there is nothing to add
};

struct Evaluation {
  bool allowed = false;
  std::vector<Step> trace;

  /// Why it was refused, in one sentence that names the first constraint and the value that it met. For the
  /// own side: it may hold claims of the subject. Empty when allowed.
  std::string reason() const;
};

/// Allowed, when every permission about an action of this scope holds (its constraints and duties), no
/// prohibition does, and every obligation does. A policy without permissions allows what it does not
/// prohibit; one whose permissions are all about other scopes' actions does not.
/// `evaluating` may bring what the functions know beside the subject.
Evaluation evaluate(const Policy& policy, const Scope& scope, const ConstraintFunctions& functions,
                    const Subject& subject, Evaluating evaluating = {});

}  // namespace kontor::protocol::odrl
