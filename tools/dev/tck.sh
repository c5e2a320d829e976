# shellcheck shell=bash
# tck: run an official compatibility kit against Kontor
# time: 1 min, once built
# needs: tests/tck/CMakeLists.txt
#
# ./dev tck dsp [--only ID] [--serve] [--kit DIR]
#   dsp       the kit for the Dataspace Protocol, both roles: tests/tck/dsp/
#   --only    one case, for instance CN_C:01-02
#   --serve   only start the system under test and print the kit's property file; ends with Ctrl-C
#   --kit     the jars in DIR instead of those that tests/tck/dsp/pom.xml resolves, for another release of the kit
#
# Installs a JDK and Maven when they are missing; the kit comes from Maven Central. A case that failed is run again alone, at most
# two in a run, because the kit has races of its own; the output says so. The closing line is `N passed, M failed, K skipped`.

name=${1:-} only='' serve='' kit=''
[[ -n $name && $name != -* ]] || refuse "which kit? There is: dsp"
shift
[[ $name == dsp ]] || refuse "no kit $name; there is: dsp"
while (($#)); do
  case $1 in
    --only) needs_value "$@" && only=$2 && shift ;;
    --serve) serve=1 ;;
    --kit) needs_value "$@" && kit=$2 && shift ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done
[[ -z $kit ]] || compgen -G "$kit/*.jar" >/dev/null || refuse "there are no jars in $kit"

TCK_CASES=65 TCK_SKIPPED=2 TCK_RERUNS_MAX=2
[[ -z $only ]] || TCK_CASES=1 TCK_SKIPPED=0
TCK_FOLDER=$ROOT/build/tck/dsp
TCK_STATE='' TCK_PID='' TCK_PASSED=() TCK_FAILED=() TCK_COUNTS=''

# The kit's jars, resolved once for each version of the list.
resolve_kit() {
  rm -rf "${TCK_FOLDER:?}/lib"
  mvn -q -B -f tests/tck/dsp/pom.xml org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$TCK_FOLDER/lib" &&
    cp tests/tck/dsp/pom.xml "$TCK_FOLDER/resolved.xml"
}

end_system() {
  # Its files go when it is gone, or it writes them again.
  if [[ -n $TCK_PID ]] && kill "$TCK_PID" 2>/dev/null; then
    timeout 10 tail --pid="$TCK_PID" -f /dev/null || true
  fi
  rm -rf "$TCK_STATE"
}

# The connector under test, with an empty store, on ports of its own. Returns when it serves.
start_system() {
  local ready said=''
  TCK_STATE=$(mktemp -d /tmp/kontor-tck-XXXXXX)
  trap end_system EXIT
  exec {ready}< <(exec build/release/tests/tck/kontor-dsp-connector "$TCK_STATE" 2>>"$KONTOR_LOG")
  TCK_PID=$!
  read -r -t 60 said <&"$ready" || true
  [[ $said == ready ]] || die "the system under test did not start; see $ROOT/$KONTOR_LOG"
}

# run_kit CASES SKIPPED [ID]: 0 when it went exactly as expected. Each case is printed as it ends.
run_kit() {
  local word id rest output code=0
  TCK_PASSED=() TCK_FAILED=() TCK_COUNTS=''
  exec {output}< <(exec java -cp "$kit/*" tests/tck/dsp/RunKit.java "$TCK_STATE/kit.properties" "$@" 2>>"$KONTOR_LOG")
  local runner=$!
  while read -r word id rest <&"$output"; do
    case $word in
      PASSED) TCK_PASSED+=("$id") && printf '  passed   %s\n' "$id" ;;
      FAILED) TCK_FAILED+=("$id") && printf '  FAILED   %s  %s\n' "$id" "$rest" ;;
      COUNTS) TCK_COUNTS="$id $rest" ;;
    esac
  done
  exec {output}<&-
  wait "$runner" || code=$?
  return "$code"
}

# conclude PASSED FAILED: the closing line.
conclude() {
  printf '%d passed, %d failed, %d skipped\n' "$1" "$2" "$TCK_SKIPPED" | tee -a "$KONTOR_LOG"
  (($2 == 0)) || die "the kit did not pass; the whole log: $ROOT/$KONTOR_LOG"
}

# Which cases ran must be beyond doubt before any of them is run again.
judge_failures() {
  local failed=("${TCK_FAILED[@]}") count=${#TCK_FAILED[@]} still=0 id
  local expected="$((TCK_CASES + TCK_SKIPPED)) $TCK_CASES $((TCK_CASES - count)) $count $TCK_SKIPPED 0 0"
  if [[ $TCK_COUNTS != "$expected" ]] || ((count == 0 || ${#TCK_PASSED[@]} != TCK_CASES - count)); then
    printf 'The kit did not run as it should: found, started, passed, failed, skipped, aborted and failed classes are %s\n' \
      "${TCK_COUNTS:-unknown} instead of $expected"
    conclude "${#TCK_PASSED[@]}" "$((TCK_CASES - ${#TCK_PASSED[@]}))"
  elif ((count > TCK_RERUNS_MAX)); then
    conclude "$((TCK_CASES - count))" "$count"
  else
    for id in "${failed[@]}"; do
      printf 'Running %s again, alone:\n' "$id"
      run_kit 1 0 "$id" || still=$((still + 1))
    done
    printf '%d of %d cases were run again\n' "$count" "$TCK_CASES"
    conclude "$((TCK_CASES - still))" "$still"
  fi
}

setup_quietly
"$ROOT/dev" setup --quiet --for tck || exit $?
open_log
if [[ -z $kit ]]; then
  cmp -s tests/tck/dsp/pom.xml "$TCK_FOLDER/resolved.xml" || stage "resolve the kit" resolve_kit
  kit=$TCK_FOLDER/lib
fi
build_preset release kontor-dsp-connector
start_system
if [[ -n $serve ]]; then
  cat "$TCK_STATE/kit.properties"
  wait "$TCK_PID"
elif run_kit "$TCK_CASES" "$TCK_SKIPPED" ${only:+"$only"}; then
  conclude "$TCK_CASES" 0
else
  judge_failures
fi
