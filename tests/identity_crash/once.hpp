#pragma once

#include <deque>
#include <string>

#include "crash/administrator.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::identity_crash {

/// Requests under tokens that serve once. Those that were answered with success are sent again later, to
/// whatever process answers then: it has to know that their tokens are used up.
class Once {
 public:
  Once(installation::World& world, crash::Administrator& administrator, std::uint64_t seed)
      : world_(world), ledger_(administrator.ledger()), random_(seed) {}

  /// Sends it; its answer, once it has one of success. None: nobody answered, or it was another.
  Task<std::optional<installation::Answer>> use(std::string what, installation::Request request);
  /// One of those that have served.
  Task<void> repeat_any();
  /// All of those whose tokens have not expired.
  Task<void> repeat_all();
  /// A request that a token has served already, under another name.
  Task<void> expect_refused(std::string what, installation::Request request);

  std::size_t used() const { return used_; }
  std::size_t refused() const { return refused_; }

 private:
  struct Used {
    std::string what;
    installation::Request request;
    Instant at;
  };
  void forget_expired();

  installation::World& world_;
  crash::Ledger& ledger_;
  testing::SeededRandom random_;
  std::deque<Used> served_;
  std::size_t used_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace kontor::identity_crash
