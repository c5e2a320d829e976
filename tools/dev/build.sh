# shellcheck shell=bash
# build: compile a preset (debug, sanitize, release, thread, fuzz)
# time: 10 min cold, 1 min with a warm cache
#
# ./dev build [PRESET] [TARGET…] [--report] [--fresh]
#   PRESET     debug when none is given; the result stands in build/PRESET
#   TARGET     only these, for instance kontor_base_json_tests
#   --report   afterwards: the slowest sources, the most expensive headers, ccache hits
#   --fresh    forget the configuration first (compiled objects stay in ccache)

preset='' report='' fresh='' targets=()
while (($#)); do
  case $1 in
    --report) report=1 ;;
    --fresh) fresh=1 ;;
    -*) refuse "unknown option $1" ;;
    *) if [[ -z $preset ]] && presets | grep -x -- "$1" >/dev/null; then preset=$1; else targets+=("$1"); fi ;;
  esac
  shift
done
preset=${preset:-debug}

setup_quietly
if [[ -n $fresh ]]; then
  rm -rf "build/$preset"
fi
build_preset "$preset" "${targets[@]}"
[[ -z $report ]] || python3 tools/dev/build_report.py "build/$preset"
