#pragma once

#include <vector>

#include "interop/edc/party.hpp"

namespace kontor::interop::edc {

/// How a negotiation stands on a side.
struct Standing {
  std::string id;
  std::string state;
  std::string agreement;  ///< its id on this side
  std::string shared;     ///< the id under which the agreement is known to both sides
  std::string error;      ///< what was wrong, as this side tells it
};

struct Negotiated {
  Standing consumer;
  Standing provider;

  bool finalized() const { return consumer.state == "FINALIZED" && provider.state == "FINALIZED"; }
  /// Both sides keep the same agreement.
  bool agreed_alike() const { return !consumer.shared.empty() && consumer.shared == provider.shared; }
  /// Both sides have come to rest, in the same state.
  bool ended_alike() const;
};

/// Opens `count` negotiations, up to `in_flight` at once, and waits for each until both sides have come to
/// rest or the patience ends; then asks both for the agreements of those that were finalized. Throws Failed
/// when one cannot be opened.
struct Haggling {
  const Party& consumer;
  const Party& provider;
  json::Value offer;
  std::size_t count;
  std::size_t in_flight = 50;
};
std::vector<Negotiated> negotiate(Driver& driver, const Haggling& haggling);

}  // namespace kontor::interop::edc
