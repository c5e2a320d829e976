# shellcheck shell=bash
# Running the test programs of a build and counting their cases.

# run_ctest BUILD FILTER [MODULE…]: ctest's own verdict as exit code; one XML file a program in BUILD/results.
# EXCLUDED_PROGRAMS may hold a pattern of programs that are left out; test_seconds_max bounds each program.
run_ctest() {
  local build=$1 filter=$2 only=() excluded=${EXCLUDED_PROGRAMS:-}
  shift 2
  if (($# > 0)); then
    only=(--tests-regex "^($(IFS='|' && printf '%s' "$*"))\$")
  elif [[ -n $filter ]]; then
    # These know no pattern and would run whole.
    excluded=${excluded:+$excluded|}^tools/
  fi
  [[ -z $excluded ]] || only+=(--exclude-regex "$excluded")
  rm -rf "$build/results"
  mkdir -p "$build/results"
  GTEST_OUTPUT="xml:$PWD/$build/results/" GTEST_FILTER="${filter:-*}" GTEST_COLOR=no \
    ctest --test-dir "$build" --parallel "$(nproc)" --timeout "${test_seconds_max:-900}" --output-on-failure --no-tests=error \
    --output-junit "$PWD/$build/results/ctest.junit" "${only[@]}"
}

# Counts are the report's: ctest counts programs. Ends the run when a test failed.
run_tests() {
  local build=$1 code=0 name="tests"
  open_log
  local started=$EPOCHREALTIME watcher
  watch_stage "$name" "$started" &
  watcher=$!
  run_ctest "$@" >>"$KONTOR_LOG" 2>&1 </dev/null || code=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null || true
  [[ ! -t 1 ]] || printf '\r\033[K'
  printf '  %-22s %7s s\n' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")"
  python3 tools/dev/test_report.py --ctest-code "$code" --log "$KONTOR_LOG" "$build" | tee -a "$KONTOR_LOG"
}
