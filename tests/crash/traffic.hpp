#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "installation/world.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"

namespace kontor::crash {

/// Which installations answer. A request that found nobody waits here for the next restart.
class Availability {
 public:
  explicit Availability(testing::EventLoop& loop) : loop_(loop), changed_(loop.executor(), loop.clock()) {}

  bool up(const installation::Installation& home) const { return !down_.contains(&home); }
  void set_down(const installation::Installation& home) { down_.insert(&home); }
  void set_up(const installation::Installation& home);
  /// False when it does not come up within a minute.
  Task<bool> await(const installation::Installation& home);

 private:
  testing::EventLoop& loop_;
  platform::async::Signal changed_;
  std::set<const installation::Installation*> down_;
};

/// What was acknowledged to somebody, and so has to be there whatever happened afterwards.
struct Ledger {
  std::map<std::string, std::string> negotiations = {};  ///< consumer's id → company
  std::map<std::string, std::string> transfers = {};     ///< consumer's id → company
  std::set<std::string> terminated = {};                 ///< transfers whose termination was acknowledged
  std::set<std::string> started = {};                    ///< transfers that were seen STARTED
  std::size_t unanswered = 0;              ///< requests without an answer: done or not, nobody knows
  std::vector<std::string> problems = {};  ///< answers that no crash explains
};

/// Companies that negotiate and transfer without end: each worker opens a negotiation for Acme's data, waits
/// for its agreement, fetches by it, and ends every second transfer.
class Traffic {
 public:
  Traffic(installation::World& world, Availability& availability, Ledger& ledger, json::Value offer);
  ~Traffic();

  void start(std::size_t workers);
  /// What was begun is led to its end; then nothing runs any more.
  Task<void> finish();
  /// Breaks off what was begun.
  Task<void> stop() { return scope_.close(); }

 private:
  Task<void> work(std::string name, bool ends_transfers);
  /// The agreement of a negotiation that was led to its end; empty: there is none.
  Task<std::string> negotiate(std::string name);
  /// The id of a transfer that is started; empty: there is none.
  Task<std::string> fetch(std::string name, std::string agreement);
  Task<void> terminate(std::string name, std::string transfer);
  /// Opens something; its id, or empty when nobody acknowledged it.
  Task<std::string> open(std::string name, std::string path, std::string body);
  /// What something is when it has come to rest, asked again after each crash.
  Task<std::optional<json::Value>> settled(std::string name, std::string path);
  void problem(const std::string& what, const installation::Answer& answer);

  installation::World& world_;
  Availability& availability_;
  Ledger& ledger_;
  json::Value offer_;
  bool finishing_ = false;
  platform::async::Scope scope_;
};

inline constexpr const char* dataset = "open-time-zones";

}  // namespace kontor::crash
