#include "harness/processors.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include "installation/driver.hpp"

namespace kontor::bench {

using installation::verify;

void stay_on_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  verify(sched_setaffinity(0, sizeof cores, &cores) == 0, fmt::format("there is no core {}", core));
}

double processor_seconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  const bool known = clock_getcpuclockid(process, &clock) == 0 && clock_gettime(clock, &time) == 0;
  verify(known, fmt::format("process {} has ended", process));
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void allow_open_files(unsigned needed) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  verify(setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= needed,
         fmt::format("this needs {} open files: raise the limit (ulimit -Hn)", needed));
}

}  // namespace kontor::bench
