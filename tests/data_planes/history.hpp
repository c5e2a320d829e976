#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "place.hpp"

namespace kontor::data_planes {

/// A data plane was killed, and up again at a later moment.
struct Kill {
  const Installation* home;
  Instant at;
  Instant up_again;
};

/// What happened, as those know who stand outside.
struct History {
  struct Piece {
    Instant at;
    std::size_t bytes;
  };
  struct Push {
    Transfer transfer;
    Deal deal;
    std::string folder;
    Instant begun;
    Instant ended;
  };

  std::vector<Kill> kills = {};
  std::map<std::string, std::vector<Piece>> received = {};  ///< by the agreement that both know
  std::map<std::string, std::string> sources = {};          ///< names of pulled data, by the same
  std::vector<Transfer> pulls = {};                         ///< that were ended
  std::vector<Push> pushes = {};                            ///< that were waited for
  std::size_t whole = 0;                                    ///< answers that came to their end
  std::size_t broken = 0;                                   ///< answers that broke off
  std::size_t served_on = 0;  ///< answers after an end that the plane had not heard of yet
  std::vector<std::string> violations = {};

  /// Whether a plane of an installation was down, or went down, between two moments.
  bool killed(const Installation& home, Instant from, Instant until) const;
  void violation(std::string what) { violations.push_back(std::move(what)); }
};

/// What was killed with a data plane may be counted no more: what came in the last second before, or was on
/// its way.
inline constexpr auto lost_max = std::chrono::seconds(1);

}  // namespace kontor::data_planes
