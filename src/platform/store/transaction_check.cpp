#include "platform/store/transaction_check.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text/text.hpp"

namespace kontor::platform::store {
namespace {

/// Keeps the first error.
class Checker {
 public:
  explicit Checker(const StoreLimits& limits) : limits_(limits) {}

  void name(std::string_view what, std::string_view value, std::size_t bytes_max) {
    if (is_storable_id(value, bytes_max)) return;
    refuse(fail(ErrorCode::invalid_input,
                "{} must be 1 to {} bytes of UTF-8 without control characters, not '{}'", what, bytes_max,
                text::for_log(value, 64)));
  }

  void entity(std::string_view kind, const EntityId& id) {
    name("the kind of an entity", kind, limits_.kind_bytes_max);
    name("the id of an entity", id.str(), limits_.id_bytes_max);
  }

  void once(std::string_view kind, const EntityId& id) {
    entity(kind, id);
    if (seen_.emplace(kind, id.str()).second) return;
    refuse(fail(ErrorCode::invalid_input, "the {} '{}' stands in one transaction twice", kind, id));
  }

  void line(std::string_view what, std::string_view value) {
    if (value.find('\0') == std::string_view::npos && text::is_utf8(value)) return;
    refuse(fail(ErrorCode::invalid_input, "{} must be UTF-8 without zero octets", what));
  }

  void body(std::string_view what, std::string_view value) {
    line(what, value);
    if (value.size() <= limits_.body_bytes_max) return;
    refuse(fail(ErrorCode::too_large, "{} has {} bytes, {} are allowed", what, value.size(),
                limits_.body_bytes_max));
  }

  void document(std::string_view value) {
    body("the stored form of an entity", value);
    if (!has_zero_character(value)) return;
    refuse(fail(ErrorCode::invalid_input, "the stored form of an entity holds the character U+0000"));
  }

  void rows(std::size_t count) {
    if (count <= limits_.rows_max) return;
    refuse(fail(ErrorCode::too_large, "a transaction has {} rows, {} are allowed", count, limits_.rows_max));
  }

  Result<void> done() { return std::move(result_); }

 private:
  void refuse(std::unexpected<Error> error) {
    if (result_) result_ = std::move(error);
  }

  /// The escape \u0000; a backslash that is itself escaped begins none.
  static bool has_zero_character(std::string_view json) {
    for (auto at = json.find('\\'); at != std::string_view::npos && at + 1 < json.size();
         at = json.find('\\', at)) {
      if (json.substr(at + 1, 5) == "u0000") return true;
      at += 2;
    }
    return false;
  }

  const StoreLimits& limits_;
  std::set<std::pair<std::string_view, std::string_view>> seen_;
  Result<void> result_;
};

}  // namespace

bool repeats_itself(const Transaction& transaction) {
  if (!transaction.effects.empty() || !transaction.single_use.empty()) return false;
  if (!transaction.effects_done.empty()) return true;
  return !transaction.effects_tried.empty() && transaction.puts.empty() && transaction.removes.empty() &&
         transaction.events.empty();
}

bool is_storable_id(std::string_view id, std::size_t bytes_max) {
  auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
  return !id.empty() && id.size() <= bytes_max && std::ranges::none_of(id, is_control) && text::is_utf8(id);
}

Result<void> check(const ContextId& context, const Transaction& transaction, const StoreLimits& limits) {
  Checker checker(limits);
  checker.name("a context", context.str(), limits.context_bytes_max);
  checker.rows(transaction.puts.size() + transaction.removes.size() + transaction.effects.size() +
               transaction.effects_done.size() + transaction.effects_tried.size() +
               transaction.single_use.size() + transaction.events.size());
  for (const auto& put : transaction.puts) {
    checker.once(put.kind->name, put.id);
    checker.document(put.body);
  }
  for (const auto& remove : transaction.removes) checker.once(remove.kind->name, remove.id);
  for (const auto& effect : transaction.effects) {
    checker.entity(effect.kind, effect.entity);
    checker.name("the id of an effect", effect.id.str(), limits.id_bytes_max);
    checker.line("the name of an effect", effect.name);
    checker.line("the trace of an effect", effect.trace);
    checker.body("the body of an effect", effect.body);
  }
  checker.line("the carrier of effects", transaction.carrier);
  for (const auto& id : transaction.effects_done)
    checker.name("the id of an effect", id.str(), limits.id_bytes_max);
  for (const auto& id : transaction.effects_tried)
    checker.name("the id of an effect", id.str(), limits.id_bytes_max);
  for (const auto& once : transaction.single_use)
    checker.name("a single-use key", once.key, limits.id_bytes_max);
  for (const auto& event : transaction.events) {
    checker.entity(event.kind, event.entity);
    checker.line("the name of an event", event.name);
    checker.line("the actor of an event", event.actor);
    checker.body("the body of an event", event.body);
  }
  return checker.done();
}

Result<void> check(const Quarantined& quarantined, const StoreLimits& limits) {
  Checker checker(limits);
  checker.name("a context", quarantined.context.str(), limits.context_bytes_max);
  checker.entity(quarantined.kind, quarantined.entity);
  checker.body("the reason of a quarantine", quarantined.failure.reason);
  checker.line("the effect of a quarantine", quarantined.failure.effect);
  return checker.done();
}

}  // namespace kontor::platform::store
