#pragma once

#include <functional>

#include "harness/negotiation_feed.hpp"
#include "harness/samples.hpp"

namespace kontor::bench {

/// A negotiation that is to be opened over the Management API, and how its consumer learns of its end:
/// `finalized`, or what else is to be said of it.
struct Opening {
  installation::Request request;
  std::function<Task<std::string>(std::string id)> end;
};

/// Negotiations side by side: as soon as one has ended the next is opened, as long as this lasts; those that
/// are open then are led to their end.
struct Load {
  std::size_t in_flight = 1;
  std::chrono::duration<double> lasts{5};
};

struct Negotiated {
  Samples milliseconds;  ///< of each, from the request to FINALIZED at the consumer
  double seconds = 0;    ///< from the first request to the last end
  double per_second() const { return static_cast<double>(milliseconds.size()) / seconds; }
};

/// Drives the load from this process, whose processor time is nobody's of Kontor. Throws Failed unless each
/// negotiation ends FINALIZED.
Negotiated negotiate(installation::Driver& driver, const Load& load, std::function<Opening()> next);

/// A company opens a negotiation and listens to its feed. The feed outlives what is made of it.
Opening opened_by(const installation::Company& consumer, std::string body, NegotiationFeed& feed);
/// The same without a feed: it asks for the negotiation, and is answered when that has ended.
Opening opened_by(installation::Driver& driver, const installation::Company& consumer, std::string body);

}  // namespace kontor::bench
