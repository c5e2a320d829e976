#pragma once

#include "app/conformance/wire.hpp"
#include "tck/dps/conformance/cases.hpp"
#include "tck/dps/conformance/judge.hpp"
#include "tck/dps/system/script.hpp"

namespace kontor::tck::dps {

using app::conformance::Letter;
using app::conformance::Wire;

/// What every case is played with.
struct Stage {
  Wire& wire;
  const Judge& judge;
  const Addresses& planes;
};

/// One case of the control plane, step by step, as its data plane and counter-party. Errors: peer_refused,
/// with the step that was not as it has to be.
Task<Result<void>> play_control_plane(Stage stage, Case one);

/// One case of the data plane, as its control plane and, of the HTTP profile, its client.
Task<Result<void>> play_data_plane(Stage stage, Case one);

}  // namespace kontor::tck::dps
