#pragma once

#include <functional>

#include "harness/load.hpp"
#include "harness/negotiation_feed.hpp"

namespace kontor::bench {

/// A negotiation that is to be opened over the Management API, and how its consumer learns of its end:
/// `finalized`, or what else is to be said of it.
struct Opening {
  installation::Request request;
  std::function<Task<std::string>(std::string id)> end;
};

/// Negotiations side by side, each from the request to FINALIZED at the consumer. Throws Failed unless each
/// ends so.
Repeated negotiate(installation::Driver& driver, const Load& load, std::function<Opening()> next);

/// A company opens a negotiation and listens to its feed. The feed outlives what is made of it.
Opening opened_by(const installation::Company& consumer, std::string body, NegotiationFeed& feed);
/// The same without a feed: it asks for the negotiation, and is answered when that has ended.
Opening opened_by(installation::Driver& driver, const installation::Company& consumer, std::string body);

}  // namespace kontor::bench
