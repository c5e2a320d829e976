#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/async/signal.hpp"
#include "testing/async/run.hpp"

namespace kontor::turnover {

/// What a counter-party has to think of a holder.
enum class Standing : std::uint8_t {
  good,      ///< it holds a valid credential: nobody may refuse it
  changing,  ///< either is right
  bad,       ///< its credential was revoked for longer than anybody may believe it, or it never had one
};

/// A holder's standing at a moment. Of two moments the count tells whether it changed between them.
struct Held {
  Standing standing = Standing::bad;
  std::size_t changes = 0;
};

/// The standing of each holder, and whether its negotiations ended as that demands.
class Standings {
 public:
  Standings(testing::EventLoop& loop, std::vector<std::string>& problems)
      : problems_(problems), loop_(loop), progress_(loop.executor(), loop.clock()) {}

  void become(const std::string& holder, Standing standing);
  Held of(const std::string& holder) const;
  /// A negotiation that began when the holder stood so has ended.
  void judge(const std::string& holder, Held before, bool accepted, const std::string& what);
  /// Waits until so many more were judged that began in the standing that the holder has. False, and a
  /// problem: they never were.
  Task<bool> await_judged(std::string holder, std::size_t count);

  std::size_t accepted() const { return accepted_; }    ///< of those who had to be
  std::size_t refused() const { return refused_; }      ///< the same
  std::size_t undecided() const { return undecided_; }  ///< either was right

 private:
  struct Known {
    Held held;
    std::size_t judged = 0;  ///< in this standing
  };

  std::vector<std::string>& problems_;
  testing::EventLoop& loop_;
  platform::async::Signal progress_;
  std::map<std::string, Known> known_;
  std::size_t accepted_ = 0;
  std::size_t refused_ = 0;
  std::size_t undecided_ = 0;
};

}  // namespace kontor::turnover
