#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "availability.hpp"
#include "installation/world.hpp"

namespace kontor::crash {

/// What was acknowledged to somebody, and so has to be there whatever happened afterwards.
struct Ledger {
  std::map<std::string, std::string> negotiations = {};  ///< consumer's id → company
  std::map<std::string, std::string> transfers = {};     ///< consumer's id → company
  std::set<std::string> terminated = {};                 ///< transfers whose termination was acknowledged
  std::set<std::string> started = {};                    ///< transfers that were seen STARTED
  std::size_t unanswered = 0;              ///< requests without an answer: done or not, nobody knows
  std::vector<std::string> problems = {};  ///< answers that no crash explains
};

/// Nobody answered, or somebody who stands before a process that begins or ends: nothing was acknowledged.
bool unanswered(const Result<installation::Answer>& answer);
/// Notes an answer that no crash explains.
void note_problem(Ledger& ledger, const std::string& what, const installation::Answer& answer);

/// Asks for companies over the Management API as a sensible caller does: again after each crash.
class Customer {
 public:
  Customer(installation::World& world, Availability& availability, Ledger& ledger)
      : world_(world), availability_(availability), ledger_(ledger) {}

  /// Opens something; its id, or empty when nobody acknowledged it.
  Task<std::string> open(std::string name, std::string path, std::string body);
  /// What something is when it has come to rest, asked again after each crash.
  Task<std::optional<json::Value>> settled(std::string name, std::string path);
  /// One attempt; none: nobody answered.
  Task<std::optional<installation::Answer>> post(std::string name, std::string path, std::string body);
  void problem(const std::string& what, const installation::Answer& answer) {
    note_problem(ledger_, what, answer);
  }

 private:
  installation::World& world_;
  Availability& availability_;
  Ledger& ledger_;
};

/// A text of an answer; empty when it is not there.
std::string text_of(const json::Value& value, std::string_view key);
/// A state that nothing but a caller leads out of.
bool at_rest(std::string_view state);

}  // namespace kontor::crash
