#pragma once

#include <sys/types.h>

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/samples.hpp"
#include "interop/edc/party.hpp"

/// The same work for two connectors of one make: what is measured of EDC and of Kontor alike.
namespace kontor::bench {

using interop::edc::Driver;
using interop::edc::Party;

/// Two connectors that know each other, with the processes that they are.
struct Pair {
  std::string name;
  Party consumer;
  Party provider;
  std::vector<pid_t> processes;
};
/// Seconds of processor time, user and system, that both have taken since they were started.
double cpu_seconds(const Pair& pair);

/// Makes offers at the provider, those with the numbers from `first` to before `last`: an asset and a
/// contract definition each, under one policy that everybody fulfils, which comes with number 0.
struct Numbers {
  std::size_t first = 0;
  std::size_t last = 1;
};
void publish_offers(Driver& driver, const Pair& pair, Numbers numbers);

/// What the consumer is shown when it asks for the provider's first `limit` offers.
struct Shown {
  double seconds = 0;
  /// Definition and asset of each: an offer's id has a third part, which is new each time.
  std::set<std::pair<std::string, std::string>> offers;
};
Shown ask_for_catalog(Driver& driver, const Pair& pair, std::size_t limit);

/// What negotiations about the first offer cost.
struct Negotiated {
  std::size_t finalized = 0;  ///< at the consumer
  std::size_t ended = 0;      ///< otherwise
  std::size_t finalized_at_provider = 0;
  double seconds = 0;  ///< from the first request to the end of the last
  double cpu_seconds = 0;
  std::size_t asked = 0;  ///< times that the consumer was asked how one stands
  Samples milliseconds = {};

  double per_second() const { return static_cast<double>(finalized) / seconds; }
  double cpu_ms() const { return cpu_seconds * 1000 / static_cast<double>(finalized); }
};
/// Opens `count` negotiations at the consumer, up to `in_flight` at once, and waits for each to come to rest
/// there: EDC is asked again and again, with a pause, Kontor once. Then looks at the provider's.
struct Haggling {
  std::size_t count = 1;
  std::size_t in_flight = 1;
};
Negotiated negotiate(Driver& driver, const Pair& pair, Haggling haggling);

}  // namespace kontor::bench
