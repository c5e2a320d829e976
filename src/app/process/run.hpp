#pragma once

#include "app/process/host.hpp"

namespace kontor::app::process {

/// Runs a process of these roles until SIGTERM or SIGINT: builds, starts, serves, drains, stops. Returns the
/// exit code: 0 after an orderly end, 1 when it could not start or something failed while it ended, 2 for a
/// wrong configuration.
int run(Options options);

}  // namespace kontor::app::process
