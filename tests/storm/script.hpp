#pragma once

#include <set>

#include "crash/customer.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::storm {

using crash::Availability;
using crash::Ledger;

/// The negotiations that the script ended, or tried to, by the consumer's ids.
struct Endings {
  std::set<std::string> acknowledged = {};
  std::set<std::string> too_late = {};    ///< refused: the negotiation had come to its end
  std::set<std::string> unanswered = {};  ///< ended or not, nobody knows
};

/// Two companies open a number of negotiations for Acme's data and see each to its end. One in ten is
/// terminated on the way, by either side.
class Script {
 public:
  struct Length {
    std::size_t negotiations;  ///< that were acknowledged
    std::size_t workers;       ///< so many side by side
  };
  Script(installation::World& world, Availability& availability, Ledger& ledger, json::Value offer,
         std::uint64_t seed, Length length);
  ~Script();

  void start();
  /// So many are at their end; false: the script is.
  Task<bool> reaches(std::size_t settled);
  bool ended() const { return working_ == 0; }
  Task<void> finish() { return scope_.drain(); }
  /// Breaks off what was begun.
  Task<void> stop() { return scope_.close(); }
  const Endings& endings() const { return endings_; }

 private:
  Task<void> work(std::string name);
  Task<void> negotiate(std::string name);
  Task<void> terminate(std::string name, std::string id);
  /// The provider's id of a negotiation; empty when it knows none.
  Task<std::string> provider_id(std::string consumer_id);

  installation::World& world_;
  Ledger& ledger_;
  crash::Customer customer_;
  json::Value offer_;
  testing::SeededRandom random_;
  Length length_;
  std::size_t begun_ = 0;
  std::size_t settled_ = 0;
  std::size_t working_ = 0;
  Endings endings_;
  platform::async::Signal progress_;
  platform::async::Scope scope_;
};

inline constexpr const char* dataset = "open-time-zones";

}  // namespace kontor::storm
