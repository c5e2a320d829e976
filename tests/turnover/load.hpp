#pragma once

#include "crash/customer.hpp"
#include "platform/async/scope.hpp"
#include "standings.hpp"

namespace kontor::turnover {

/// Holders that negotiate without end for what Acme offers to members, and whether they got it when they had
/// to, and did not when they must not.
class Load {
 public:
  Load(installation::World& world, crash::Ledger& ledger, crash::Customer& customer, Standings& standings,
       json::Value offer);

  /// So many negotiations of the holder side by side.
  void start(const std::string& holder, std::size_t workers);
  /// What was begun is led to its end; then nothing runs any more.
  Task<void> finish();

 private:
  Task<void> work(std::string holder);
  Task<void> negotiate(std::string holder);
  /// An access token is good for some minutes.
  Task<void> renew_token(std::string holder);

  installation::World& world_;
  crash::Ledger& ledger_;
  crash::Customer& customer_;
  Standings& standings_;
  json::Value offer_;
  std::map<std::string, Instant> renewed_at_;
  bool finishing_ = false;
  platform::async::Scope scope_;
};

inline constexpr const char* dataset = "members-countries";

}  // namespace kontor::turnover
