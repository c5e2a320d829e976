# shellcheck shell=bash
# fuzz: run the libFuzzer targets of the parsers
# time: 10 s a target, 3 min to build
# needs: src/**/*_fuzz.cpp
#
# ./dev fuzz [TARGET…] [--seconds N | --runs N]
#   TARGET     for instance kontor_base_json_text_fuzz; all without
#   --seconds  how long each runs (10)
#   --runs     so many inputs instead, from an empty corpus and one seed: the same ones each time
# A finding is kept in build/fuzz/findings/TARGET/ and ends the run.

seconds=10 runs='' targets=()
while (($#)); do
  case $1 in
    --seconds) needs_number "$@" && seconds=$2 && shift ;;
    --runs) needs_number "$@" && runs=$2 && shift ;;
    -*) refuse "unknown option $1" ;;
    *) targets+=("$1") ;;
  esac
  shift
done

fuzz_targets() { cut -d' ' -f1 build/fuzz/fuzzers.txt; }

fuzz_one() {
  local program findings=build/fuzz/findings/$1 corpus=build/fuzz/corpus/$1
  program=$(awk -v name="$1" '$1 == name {print $2}' build/fuzz/fuzzers.txt)
  local bound=(-max_total_time="$seconds" "$corpus")
  if [[ -n $runs ]]; then bound=(-runs="$runs" -seed=1); fi
  mkdir -p "$findings" "$corpus"
  "$program" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$findings/" "${bound[@]}"
}

setup_quietly
use_sanitizers
stage "configure fuzz" cmake --preset fuzz
if ((${#targets[@]} == 0)); then mapfile -t targets < <(fuzz_targets); fi
for target in "${targets[@]}"; do
  fuzz_targets | grep -x -- "$target" >/dev/null || refuse "no fuzz target $target; there are: $(fuzz_targets | xargs)"
done
build_preset fuzz "${targets[@]}"
for target in "${targets[@]}"; do stage "$target" fuzz_one "$target"; done
printf "%d targets, 0 findings\n" "${#targets[@]}"
