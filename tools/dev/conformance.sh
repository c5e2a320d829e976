# shellcheck shell=bash
# conformance: a protocol's cases, played by a counter-party of our own
# time: 10 s a protocol, once built
# needs: tests/tck/CMakeLists.txt
#
# ./dev conformance dsp|dcp|dps [--filter PATTERN]
#   dsp        the 65 cases of the official kit for the Dataspace Protocol and rules that it has no case for, both roles
#   dcp        the 85 cases of the official kit for the Decentralized Claims Protocol and rules around them: holder, issuer, verifier
#   dps        the 38 cases of the official kit for Data Plane Signaling and rules around them: control plane and data plane
#   --filter   only cases that match, in GoogleTest's spelling: '*CN_C_01*'
#
# Needs no JVM, and is part of ./dev test. With KONTOR_SPEC_DIR, the folder of the official schemas, every message of ours is
# validated against them; without, the output says that nothing was. The last line is `N passed, M failed`.

name=${1:-} filter='*'
[[ -n $name && $name != -* ]] || refuse "which protocol? There are: dsp, dcp, dps"
shift
[[ $name == dsp || $name == dcp || $name == dps ]] || refuse "no cases for $name; there are: dsp, dcp, dps"
while (($#)); do
  case $1 in
    --filter) needs_value "$@" && filter=$2 && shift ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done
[[ -n ${KONTOR_SPEC_DIR:-} ]] || echo 'KONTOR_SPEC_DIR is not set: messages are not validated against the official schemas'

setup_quietly
open_log
build_preset release "kontor_tck_${name}_tests"
# A line a case, then the counts; the whole output is in the log.
report() {
  local line passed=0 failed=0
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$KONTOR_LOG"
    case $line in
      '[       OK ] '*) passed=$((passed + 1)) && printf '  passed   %s\n' "${line#'[       OK ] '}" ;;
      '[  FAILED  ] '*' ms)') failed=$((failed + 1)) && printf '  FAILED   %s\n' "${line#'[  FAILED  ] '}" ;;
      '[  SKIPPED ] '*' ms)') printf '  skipped  %s\n' "${line#'[  SKIPPED ] '}" ;;
      '    Which is: "'?*) printf '           %s\n' "${line#'    Which is: '}" ;;
    esac
  done
  printf '%d passed, %d failed\n' "$passed" "$failed" | tee -a "$KONTOR_LOG"
  ((passed > 0 && failed == 0))
}
"build/release/tests/tck/kontor_tck_${name}_tests" --gtest_filter="$filter" --gtest_color=no 2>>"$KONTOR_LOG" | report ||
  die "conformance failed; the whole log: $ROOT/$KONTOR_LOG"
