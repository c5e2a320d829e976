# shellcheck shell=bash
# test: build with ASan and UBSan, run all tests on both stores
# time: 12 min cold, 4 min with a warm cache
#
# ./dev test [MODULE…] [--filter PATTERN] [--store sqlite|postgres] [--preset PRESET] [--dependents] [--crash N] [--storm N] [--turnover N] [--mutants [NAME…]]
#   MODULE     only these test programs, for instance base/json or tests/journey (build only what they need)
#   --filter   only tests that match, in GoogleTest's spelling: 'Router.*:*_refused*'
#   --store    leave out the other store: its test programs, and tests with its name; journeys read KONTOR_TEST_STORE
#   --preset   another build: thread, debug
#   --dependents  also the modules of src that depend on the named ones: what a change of theirs may break
#   --crash    only tests/crash, tests/identity_crash and tests/data_planes, with N kills of a process on each store instead of the usual number
#   --storm    only tests/storm, with N negotiations on each store and another seed each time
#   --turnover  only tests/turnover: keys and credentials change N times on each store, under another seed each time
#   --mutants  apply every tests/mutants/NAME.patch in a copy of the tree, build it and expect its tests to fail
#
# KONTOR_SPEC_DIR names the folder of the official schemas and examples; tests that need it are skipped without.
# A program is stopped after 15 minutes, one of a named module of src after 5; what it was doing is said.
# The last line is `N passed, M failed`, each a single test case.

preset=sanitize filter='' store='' mutants='' dependents='' modules=() test_seconds_max=900
while (($#)); do
  case $1 in
    --filter) needs_value "$@" && filter=$2 && shift ;;
    --store) needs_value "$@" && store=$2 && shift ;;
    --preset) needs_value "$@" && preset=$2 && shift ;;
    --crash) needs_number "$@" && export KONTOR_CRASHES=$2 && modules+=(tests/crash tests/identity_crash tests/data_planes) && test_seconds_max=$((900 + 4 * $2)) && shift ;;
    --storm) needs_number "$@" && export KONTOR_STORM_NEGOTIATIONS=$2 && modules+=(tests/storm) && test_seconds_max=$((900 + 4 * $2)) && shift ;;
    --turnover) needs_number "$@" && export KONTOR_TURNOVERS=$2 && modules+=(tests/turnover) && test_seconds_max=$((900 + 60 * $2)) && shift ;;
    --mutants) mutants=1 ;;
    --dependents) dependents=1 ;;
    -*) refuse "unknown option $1" ;;
    *) modules+=("$1") ;;
  esac
  shift
done
# Who waits for one module waits for a test that hangs, and not for many that are slow.
((${#modules[@]} == 0)) || [[ " ${modules[*]}" == *' tests/'* ]] || test_seconds_max=300
presets | grep -x -- "$preset" >/dev/null || refuse "no preset $preset; there are: $(presets | xargs)"

case $store in
  '') other='' ;;
  sqlite) other='*Postgres*' EXCLUDED_PROGRAMS='/postgres$' ;;
  postgres) other='*Sqlite*' EXCLUDED_PROGRAMS='/sqlite$' ;;
  *) refuse "no store $store; there are sqlite and postgres" ;;
esac
[[ -z $store ]] || export KONTOR_TEST_STORE=$store
if [[ -n $other ]]; then
  filter=${filter:-*}
  if [[ $filter == *-* ]]; then filter+=":$other"; else filter+="-$other"; fi
fi
# shellcheck source=tools/dev/lib/tests.sh
source tools/dev/lib/tests.sh
use_sanitizers
setup_quietly

# The programs behind the named modules, as targets of the build.
targets_of() {
  python3 tools/dev/test_report.py --programs "build/$preset" "$@"
}

if [[ -n $mutants ]]; then
  show mutants python3 tools/dev/mutants.py --preset "$preset" --jobs "$(jobs)" "${modules[@]}"
  exit
fi

named=" ${modules[*]} "
if [[ -n $dependents ]]; then
  ((${#modules[@]} > 0)) || refuse '--dependents wants a MODULE'
  mapfile -t modules < <(python3 tools/dev/dependents.py "${modules[@]}")
fi
targets=() tested=() others=''
((${#modules[@]} < 2)) || others='; going on with the others'
if ((${#modules[@]} > 0)); then
  stage "configure $preset" cmake --preset "$preset"
  for module in "${modules[@]}"; do
    if [[ $module == tools/* ]]; then  # not built
      tested+=("$module")
      continue
    fi
    mapfile -t found < <(targets_of "$module")
    if ((${#found[@]} == 0)); then
      [[ -d src/$module ]] || die "no test program is named $module; see: ctest --test-dir build/$preset -N"
      [[ $named != *" $module "* ]] || echo "$module has no tests of its own: src/$module/README.md names under Rules those that guard it${others}"
      continue
    fi
    tested+=("$module")
    targets+=("${found[@]}")
  done
  ((${#tested[@]} > 0)) || die 'nothing was tested'
  modules=("${tested[@]}")
fi
if ((${#modules[@]} == 0 || ${#targets[@]} > 0)); then
  build_preset "$preset" "${targets[@]}"
fi
run_tests "build/$preset" "$filter" "${modules[@]}"
