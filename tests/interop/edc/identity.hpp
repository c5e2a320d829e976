#pragma once

#include "interop/edc/run.hpp"

namespace kontor::interop::edc {

/// Kontor and EDC where everybody proves who they are: EDC's identity hub as holder of what Kontor issues,
/// and EDC's control plane with that hub behind it, against a participant of Kontor, each once consumer and
/// once provider.
void play_identity(Report& report, const Options& options);

}  // namespace kontor::interop::edc
