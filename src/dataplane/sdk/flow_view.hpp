#pragma once

#include <memory>
#include <optional>
#include <string>

#include "dataplane/sdk/reports.hpp"
#include "dataplane/signaling/mover.hpp"

/// What the C interface calls a flow: everything that a handler may look at, as texts.
struct kontor_flow {
  kontor::dataplane::signaling::NewFlow order;
  std::string state;
  std::optional<kontor::protocol::dps::DataAddress> counter_address;
  std::string reason;
  std::string metadata;  ///< these three: JSON
  std::string claims;
  std::string labels;
  kontor::dataplane::sdk::Reporter reporter;
};

/// What a handler, or a completion, says of a flow beside its outcome.
struct kontor_answer {
  std::optional<kontor::protocol::dps::DataAddress> address;
  bool with_token = false;
  std::string reason;
};
