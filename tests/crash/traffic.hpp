#pragma once

#include "customer.hpp"
#include "platform/async/scope.hpp"

namespace kontor::crash {

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

  installation::World& world_;
  Ledger& ledger_;
  Customer customer_;
  json::Value offer_;
  bool finishing_ = false;
  platform::async::Scope scope_;
};

inline constexpr const char* dataset = "open-time-zones";

}  // namespace kontor::crash
