# shellcheck shell=bash
# tck: run an official compatibility kit against Kontor
# time: 1 min, once built
# needs: tests/tck/CMakeLists.txt
#
# ./dev tck NAME [--only ID] [--serve] [--kit DIR] [--or-skip]
#   dsp       the kit for the Dataspace Protocol, both roles: tests/tck/dsp/
#   dcp       the kit for the Decentralized Claims Protocol: credential service, issuer and verifier: tests/tck/dcp/
#   dps       the kit for Data Plane Signaling, control plane and data plane: tests/tck/dps/; always with --kit, Maven Central has none
#             (its own build downloads the official schemas into it: without them 16 cases fail)
#   --only    one case, for instance CN_C:01-02, or is_6_4_1_credentialRequest
#   --serve   only start the system under test and print the kit's property files; ends with Ctrl-C. The holder of dcp takes three
#             runs, then it has got the hundred credentials that one request may bring
#   --kit     the jars in DIR instead of those that tests/tck/NAME/pom.xml resolves, for another release of the kit
#   --or-skip ends well, and says so, where there is no JDK or Maven Central does not give the kit
#
# Installs a JDK and Maven when they are missing; the kit comes from Maven Central. A case of dsp that failed is run again alone,
# at most two in a run, because that kit has races of its own; the output says so. The release of dcp that Maven Central gives, 1.0.0-RC6,
# contradicts the protocol in places: tests/tck/dcp/contradictions.txt lists the cases that have to fail with it, and why. With
# --kit there are no exceptions. The closing line is `N passed, M failed, K skipped`.

name=${1:-} only='' serve='' kit='' or_skip=''
[[ -n $name && $name != -* ]] || refuse "which kit? There are: dsp, dcp, dps"
shift
case $name in
  # A part of a kit: its property file, how many cases are played, how many the kit has disabled.
  dsp) TCK_PARTS=("kit 65 2") TCK_RERUNS_MAX=2 TCK_PROGRAMS=(kontor-dsp-connector) ;;
  dcp)
    TCK_PARTS=("issuance.cs 24 0" "presentation.cs 16 3" "issuance.issuer 25 0" "presentation.verifier 20 0")
    TCK_RERUNS_MAX=0 TCK_PROGRAMS=(kontor kontor-dcp-parties)
    ;;
  dps) TCK_PARTS=("kit 38 0") TCK_RERUNS_MAX=0 TCK_PROGRAMS=(kontor-dps-planes) ;;
  *) refuse "no kit $name; there are: dsp, dcp, dps" ;;
esac
while (($#)); do
  case $1 in
    --only) needs_value "$@" && only=$2 && shift ;;
    --serve) serve=1 ;;
    --kit) needs_value "$@" && kit=$2 && shift ;;
    --or-skip) or_skip=1 ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done
[[ $name != dps || -n $kit$serve ]] || refuse "Maven Central has no release of the kit for dps: name its jars with --kit DIR"
[[ -z $kit ]] || compgen -G "$kit/*.jar" >/dev/null || refuse "there are no jars in $kit"

# part_of ID: the part that has the case.
part_of() {
  case $name:$1 in
    dsp:* | dps:*) echo kit ;;
    dcp:cs_06_*) echo issuance.cs ;;
    dcp:cs_*) echo presentation.cs ;;
    dcp:is_*) echo issuance.issuer ;;
    dcp:verifier_* | dcp:presentationResponse_*) echo presentation.verifier ;;
    *) refuse "$1 is no case of the kit for $name" ;;
  esac
}
if [[ -n $only ]]; then
  TCK_PARTS=("$(part_of "$only") 1 0")
fi

# shellcheck source=tools/dev/lib/java.sh
source tools/dev/lib/java.sh
TCK_POM=tests/tck/$name/pom.xml TCK_FOLDER=$ROOT/build/tck/$name
TCK_STATE='' TCK_PID=''
TCK_PASSED=() TCK_FAILED=() TCK_COUNTS=''        # of the run before: ids, `id reason`, numbers
TCK_ALL_PASSED=0 TCK_ALL_SKIPPED=0 TCK_LISTED=0  # of all parts
TCK_BAD=()                                       # `id`: failed, and is not listed
declare -A TCK_LIST=()                           # id -> what the kit has to say of it

read_list() {
  local id reason
  while IFS=$'|' read -r id reason _; do
    [[ -n $id && $id != '#'* ]] || continue
    TCK_LIST[${id%% *}]=$(sed 's/^ *//; s/ *$//' <<<"$reason")
  done <"tests/tck/$name/contradictions.txt"
}

end_system() {
  # Its files go when it is gone, or it writes them again.
  if [[ -n $TCK_PID ]] && kill "$TCK_PID" 2>/dev/null; then
    timeout 10 tail --pid="$TCK_PID" -f /dev/null || true
  fi
  rm -rf "$TCK_STATE"
}

# The system under test, with an empty store, on ports of its own. Returns when it serves.
start_system() {
  local ready said='' programs=build/release/tests/tck
  local command=("$programs/${TCK_PROGRAMS[-1]}")
  [[ $name != dcp ]] || command+=(build/release/kontor)
  TCK_STATE=$(mktemp -d /tmp/kontor-tck-XXXXXX)
  trap end_system EXIT
  exec {ready}< <(exec "${command[@]}" "$TCK_STATE" 2>>"$KONTOR_LOG")
  TCK_PID=$!
  read -r -t 60 said <&"$ready" || true
  [[ $said == ready ]] || die "the system under test did not start; see $ROOT/$KONTOR_LOG"
}

# run_kit PART [ID]: runs it to its end. Each case is printed as it ends.
run_kit() {
  local word id rest output part=$1
  shift
  TCK_PASSED=() TCK_FAILED=() TCK_COUNTS=''
  exec {output}< <(exec java -cp "$kit/*:tests/tck/kit" tests/tck/kit/RunKit.java "$TCK_STATE/$part.properties" "$@" 2>>"$KONTOR_LOG")
  while read -r word id rest <&"$output"; do
    case $word in
      PASSED) TCK_PASSED+=("$id") && printf '  passed   %s\n' "$id" ;;
      FAILED) TCK_FAILED+=("$id $rest") && printf '  FAILED   %s  %s\n' "$id" "$rest" ;;
      COUNTS) TCK_COUNTS="$id $rest" ;;
    esac
  done
  exec {output}<&-
}

# has_run_all CASES SKIPPED: which cases ran must be beyond doubt before anything is said of them.
has_run_all() {
  local failed=${#TCK_FAILED[@]} expected
  expected="$(($1 + $2)) $1 $(($1 - failed)) $failed $2 0 0"
  [[ $TCK_COUNTS == "$expected" ]] && ((${#TCK_PASSED[@]} == $1 - failed)) && return
  printf 'The kit did not run as it should: found, started, passed, failed, skipped, aborted and failed classes are %s\n' \
    "${TCK_COUNTS:-unknown} instead of $expected"
  return 1
}

# judge PART CASES SKIPPED [ID]: runs a part and takes down what came of it.
judge() {
  local part=$1 cases=$2 skipped=$3 failure id
  shift 3
  [[ $part == kit ]] || printf '%s\n' "$part"
  run_kit "$part" "$@"
  TCK_ALL_SKIPPED=$((TCK_ALL_SKIPPED + skipped))
  if ! has_run_all "$cases" "$skipped"; then
    for ((; cases > 0; cases--)); do TCK_BAD+=("$part"); done
    return
  fi
  for failure in "${TCK_FAILED[@]}"; do
    id=${failure%% *}
    if [[ -n ${TCK_LIST[$id]:-} && $failure == *"${TCK_LIST[$id]}"* ]]; then
      TCK_LISTED=$((TCK_LISTED + 1))
    else
      TCK_BAD+=("$id")
    fi
  done
  for id in "${TCK_PASSED[@]}"; do
    if [[ -n ${TCK_LIST[$id]:-} ]]; then
      printf '%s passed, which the list says it cannot\n' "$id"
      TCK_BAD+=("$id")
    else
      TCK_ALL_PASSED=$((TCK_ALL_PASSED + 1))
    fi
  done
}

# A case that is listed and that no part has says nothing: the list is about another release.
check_list() {
  if ((${#TCK_BAD[@]} == 0 && TCK_LISTED != ${#TCK_LIST[@]})); then
    printf '%d cases are listed, and %d of them were played\n' "${#TCK_LIST[@]}" "$TCK_LISTED"
    TCK_BAD+=(list)
  fi
}

# The kit for DSP has races: what failed there may be tried once more.
run_again() {
  local again=("${TCK_BAD[@]}") id
  TCK_BAD=()
  for id in "${again[@]}"; do
    printf 'Running %s again, alone:\n' "$id"
    run_kit "$(part_of "$id")" "$id"
    if has_run_all 1 0 && ((${#TCK_FAILED[@]} == 0)); then
      TCK_ALL_PASSED=$((TCK_ALL_PASSED + 1))
    else
      TCK_BAD+=("$id")
    fi
  done
  printf '%d cases were run again\n' "${#again[@]}"
}

conclude() {
  local listed=''
  ((TCK_LISTED == 0)) || listed="; $TCK_LISTED failed as tests/tck/$name/contradictions.txt says"
  printf '%d passed, %d failed, %d skipped%s\n' "$TCK_ALL_PASSED" "${#TCK_BAD[@]}" "$TCK_ALL_SKIPPED" "$listed" | tee -a "$KONTOR_LOG"
  ((${#TCK_BAD[@]} == 0 && TCK_ALL_PASSED + TCK_LISTED > 0)) || die "the kit did not pass; the whole log: $ROOT/$KONTOR_LOG"
}

setup_quietly
if [[ -n $or_skip ]]; then
  needs_java "the kit" tck
else
  "$ROOT/dev" setup --quiet --for tck || exit $?
fi
open_log
if [[ -z $kit && $name != dps ]]; then
  [[ ! -f tests/tck/$name/contradictions.txt ]] || read_list
  if ! has_jars "$TCK_POM" "$TCK_FOLDER" && [[ -n $or_skip ]] && ! (stage "resolve the kit" resolve_jars "$TCK_POM" "$TCK_FOLDER"); then
    printf 'SKIPPED: Maven Central does not give the kit\n'
    exit 0
  fi
  has_jars "$TCK_POM" "$TCK_FOLDER" || stage "resolve the kit" resolve_jars "$TCK_POM" "$TCK_FOLDER"
  kit=$TCK_FOLDER/lib
fi
build_preset release "${TCK_PROGRAMS[@]}"
start_system
if [[ -n $serve ]]; then
  for part in "${TCK_PARTS[@]}"; do
    printf '# %s\n' "$TCK_STATE/${part%% *}.properties"
    cat "$TCK_STATE/${part%% *}.properties"
  done
  wait "$TCK_PID"
  exit
fi
for part in "${TCK_PARTS[@]}"; do
  # shellcheck disable=SC2086
  judge $part ${only:+"$only"}
done
if ((${#TCK_BAD[@]} > 0 && ${#TCK_BAD[@]} <= TCK_RERUNS_MAX)); then
  run_again
fi
[[ -n $only ]] || check_list
conclude
