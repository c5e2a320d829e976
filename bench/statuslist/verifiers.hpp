#pragma once

#include <string>
#include <vector>

#include "installation/driver.hpp"
#include "platform/async/scope.hpp"

namespace kontor::bench {

/// What was answered to those who read a list.
struct Served {
  std::size_t whole = 0;      ///< the list itself
  std::size_t unchanged = 0;  ///< that it is what the reader has
  std::size_t bytes = 0;      ///< of bodies
};

/// So many verifiers that read one status list as DCP has it: with the tag of what they have, again whenever
/// that is older than its issuer says, each at its own moment.
class Verifiers {
 public:
  Verifiers(installation::Driver& driver, std::string url, std::size_t count);
  ~Verifiers();

  void start();
  /// Breaks off; what was answered until now.
  Served stop();
  /// Each reads the list as if it had never seen it, all at once.
  Served read_all();
  /// How many credentials the list that was read last says are revoked. Failed when it is no list.
  std::size_t marked() const;

 private:
  struct Reader {
    std::string tag = {};
  };
  Task<void> read_on(std::size_t number);
  Task<void> read(Reader& reader);
  Task<void> read_all_once();

  installation::Driver& driver_;
  std::string url_;
  std::vector<Reader> readers_;
  Served served_;
  std::string list_;
  std::string failure_;
  platform::async::Scope scope_;
};

}  // namespace kontor::bench
