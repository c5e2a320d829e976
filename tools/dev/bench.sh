# shellcheck shell=bash
# bench: measure one subject on a release build, beside its targets
# time: 1 to 5 min each, once built
# needs: bench/*/CMakeLists.txt
#
# ./dev bench [SUBJECT] [--json FILE] [OPTION…]
#   SUBJECT   a folder of bench/, for instance startup or journey; without one, the subjects are listed
#   --json    also write a list of {metric, value, unit, target} to FILE
# All other options go to the benchmark, the program kontor-bench-SUBJECT.

subjects() { for folder in bench/*/CMakeLists.txt; do basename "$(dirname "$folder")"; done; }

subject=${1:-}
if [[ -z $subject ]]; then
  subjects
  exit 0
fi
shift
subjects | grep -x -- "$subject" >/dev/null || refuse "no benchmark $subject; there are: $(subjects | xargs)"
setup_quietly
build_preset release "kontor-bench-$subject"
show "bench $subject" "build/release/bench/$subject/kontor-bench-$subject" "$@"
