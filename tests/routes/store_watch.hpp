#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "installation.hpp"

namespace kontor::routes_test {

/// Tells what changed in an installation's store and vault, from outside: it reads the tables themselves.
class StoreWatch {
 public:
  /// Waits until the effects of what was asked before have run, and takes this as the state to compare with.
  explicit StoreWatch(Installation& installation);
  ~StoreWatch();

  /// The tables whose rows are others than at the last call, and `vault`; each change is told once.
  std::vector<std::string> changes();

  /// Lets the process go on until no effect is pending. False: some stay, as those that are tried again do.
  bool settle();

  /// Every row of every table as text, `table` first.
  std::vector<std::string> rows();

 private:
  class Tables;
  struct Sqlite;
  struct Postgres;

  using Digests = std::map<std::string, std::string>;
  Digests vault() const;

  Installation& installation_;
  std::unique_ptr<Tables> tables_;
  std::string mark_;
  Digests digests_;
  Digests vault_;
};

}  // namespace kontor::routes_test
