# shellcheck shell=bash
# bench: measure one subject on a release build, beside its targets
# time: 1 to 5 min each, once built
# needs: bench/*/CMakeLists.txt
#
# ./dev bench [SUBJECT] [--json FILE] [OPTION…]
#   SUBJECT   a folder of bench/, for instance startup or journey; without one, the subjects are listed
#   --check   in place of a subject: build all of them and let each say what it measures
#   --json    also write a list of {metric, value, unit, target} to FILE
# All other options go to the benchmark, the program kontor-bench-SUBJECT. The subject edc needs a JDK 17 and Maven, and says so and
# ends well where they are missing (./dev setup --for interop installs them); it takes 10 min.

subjects() { for folder in bench/*/CMakeLists.txt; do basename "$(dirname "$folder")"; done; }

subject=${1:-}
if [[ -z $subject ]]; then
  subjects
  exit 0
fi
shift
if [[ $subject == --check ]]; then
  setup_quietly
  mapfile -t programs < <(subjects | sed 's/^/kontor-bench-/')
  build_preset release "${programs[@]}"
  for each in $(subjects); do
    show "bench $each" "build/release/bench/$each/kontor-bench-$each" --help >/dev/null
  done
  printf "%d benchmarks built; each says what it measures\n" "${#programs[@]}"
  exit 0
fi
subjects | grep -x -- "$subject" >/dev/null || refuse "no benchmark $subject; there are: $(subjects | xargs)"
# What a benchmark is told beside what the caller says.
given=()
get_what_it_needs() { :; }
if [[ $subject == edc ]]; then
  # shellcheck source=tools/dev/lib/edc.sh
  source tools/dev/lib/edc.sh
  needs_java EDC interop
  given=(--class-path "$EDC_CLASS_PATH")
  get_what_it_needs() { get_edc; }
fi
setup_quietly
get_what_it_needs
build_preset release "kontor-bench-$subject"
show "bench $subject" "build/release/bench/$subject/kontor-bench-$subject" "${given[@]}" "$@"
