#pragma once

#include "interop/edc/run.hpp"

namespace kontor::interop::edc {

/// Kontor's control plane with EDC's data plane, and EDC's control plane with Kontor's data plane: a pull
/// each, with suspension, resumption and termination.
void play_planes(Report& report, const Options& options);

}  // namespace kontor::interop::edc
