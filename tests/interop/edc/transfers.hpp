#pragma once

#include <string>

#include "interop/edc/party.hpp"

namespace kontor::interop::edc {

/// A transfer that was started, on both sides.
struct Running {
  const Party& consumer;
  const Party& provider;
  std::string consumer_id;
  std::string provider_id;
};

/// Asks for the data of an agreement of the consumer's and waits until the provider knows. Failed, when it
/// does not come to that; so are all below.
struct Asking {
  const Party& consumer;
  const Party& provider;
  std::string agreement;
  std::string transfer_type = "HttpData-PULL";
};
Running open(Driver& driver, const Asking& asking);
/// Opens it and waits until the data flows, on both sides.
Running start(Driver& driver, const Party& consumer, const Party& provider, const std::string& agreement);
/// One of the two acts (`suspend`, `resume`, `terminate`), and both come to the state.
void act(Driver& driver, const Running& transfer, const Party& actor, const std::string& action,
         const std::string& state);
/// Waits until both sides are in the state.
void await_state(Driver& driver, const Running& transfer, const std::string& state);

}  // namespace kontor::interop::edc
