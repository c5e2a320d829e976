#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/id/id.hpp"
#include "installation/world.hpp"

namespace kontor::bench {

/// A participant that offers a number of assets, each by a contract definition of its own.
struct Provider {
  std::string context;
  Did did;
  std::size_t offers = 0;
  std::size_t for_some = 0;  ///< of these, under the first policy
};

inline constexpr std::size_t policies = 100;
/// What a membership has to say for an offer to be seen: the region that its access policy asks for, or
/// everywhere.
std::string region(std::size_t policy);
inline constexpr const char* everywhere = "everywhere";

/// Makes the participant over the APIs of an installation, with a key, an identity, a data plane and its
/// offers: `shown` of them, or all where there are fewer, under the first policy, spread evenly.
Provider publish(installation::Driver& driver, const installation::Installation& home, std::size_t offers,
                 std::size_t shown);

}  // namespace kontor::bench
