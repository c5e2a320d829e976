#pragma once

#include <sys/types.h>

namespace kontor::bench {

/// The calling thread runs on this core alone from now on, and so does what it starts.
void stay_on_core(int core);

/// Processor time of a process that still runs, all its threads, user and system.
double processor_seconds(pid_t process);

/// As many open files as the system allows this process and what it starts. Throws when these are fewer than
/// needed.
void allow_open_files(unsigned needed);

}  // namespace kontor::bench
