#pragma once

#include <functional>
#include <string>

#include "app/conformance/wire.hpp"

namespace kontor::app::conformance {

/// Reads a message of a type, `DataFlowStatusMessage`; an empty type is any object. Errors: peer_refused.
using Judge = std::function<Result<json::Object>(const std::string& text, std::string_view type)>;

/// What every case is played with.
struct Stage {
  Wire& wire;
  Judge judge;
  std::string data_plane;     ///< base of its signalling; `/dataflows/…` follows
  std::string authorization;  ///< what is sent with each signal; empty: nothing
};

/// A case and what is ordered in it.
struct DataPlaneCase {
  std::string id;
  std::string profile;
  std::string agreement;
  std::string dataset;
  std::string participant;  ///< of the data plane's side

  bool is_push() const { return id.contains("PUSH"); }
};

/// One case of a data plane, as its control plane and, of the HTTP profile, its client. Errors: peer_refused,
/// with the step that was not as it has to be.
Task<Result<void>> play_data_plane(Stage stage, DataPlaneCase one);

}  // namespace kontor::app::conformance
