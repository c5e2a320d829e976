#pragma once

#include <map>

#include "crash/administrator.hpp"
#include "platform/async/scope.hpp"
#include "standings.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::turnover {

/// What happens to keys and credentials while the holders negotiate: everybody's keys are rotated by call
/// (and by time, as the installations are configured), one holder's credential is followed by another again
/// and again, another's is revoked, and given anew.
class Changes {
 public:
  struct Size {
    std::size_t times;        ///< each of them happens at least so often
    Duration status_max_age;  ///< how long verifiers believe a status list
  };
  Changes(installation::World& world, crash::Administrator& administrator, Standings& standings,
          std::uint64_t seed, Size size);

  void rotate_keys_of(const installation::Installation& home, const std::string& context);
  /// Of who is a member for as long as the run lasts.
  void renew(const std::string& holder);
  /// Of who is none at the beginning.
  void grant_and_revoke(const std::string& holder);
  /// Returns when each of them has happened often enough, or something went wrong.
  Task<void> finish() { return scope_.drain(); }

  /// How often each happened.
  const std::map<std::string, std::size_t>& counts() const { return counts_; }

 private:
  void begin(std::string what, Task<void> task);
  /// Some have not happened often enough, and nothing went wrong.
  bool wanted() const;
  Task<void> pause(Duration longest);
  Task<bool> wait(Duration length);

  Task<void> keep_rotating(const installation::Installation* home, std::string context, std::string what);
  Task<bool> rotate(const installation::Installation* home, std::string context);
  Task<void> keep_renewing(std::string holder, std::string what);
  Task<bool> obtain(std::string holder);
  Task<bool> reissue(std::string holder, crash::Issued before);
  Task<void> keep_revoking(std::string holder, std::string what);
  Task<bool> grant(std::string holder);
  Task<bool> take_back(std::string holder);
  Task<bool> revoke(crash::Issued credential);
  /// True once the list that everybody reads says that the credential is revoked.
  Task<bool> await_published(crash::Issued credential);
  Task<std::vector<crash::Issued>> standing(std::string holder);

  installation::World& world_;
  crash::Administrator& administrator_;
  Standings& standings_;
  testing::SeededRandom random_;
  Size size_;
  std::map<std::string, std::size_t> counts_;
  platform::async::Scope scope_;
};

}  // namespace kontor::turnover
