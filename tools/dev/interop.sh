# shellcheck shell=bash
# interop: a real foreign connector against Kontor, each once consumer and once provider
# time: 3 min with 20 negotiations, 5 min with 200, once built
# needs: tests/interop/CMakeLists.txt
#
# ./dev interop edc [--part NAME] [--count N] [--version V] [--or-skip]
#   edc       EDC 0.15.1 with its control plane in memory, as it is shipped and tuned: tests/interop/edc/
#   --part    sharing: under a mock identity; planes: either's control plane with the other's data plane; identity: with credentials,
#             EDC's identity hub and all; all of them unless told
#   --count   negotiations in each direction at each pace of EDC; 200 unless told, up to 50 at once
#   --version of the Dataspace Protocol, 2025-1 or 2024/1; 2025-1 unless told; with another there is the part sharing only
#   --or-skip ends well, and says so, where Maven Central does not give EDC
#
# Catalog, negotiations, and transfers with suspension, resumption, termination and completion; issuance to EDC's identity hub,
# its presentations, and revocation. Needs a JDK 17 and Maven, and
# says so and ends well where they are missing (./dev setup --for interop installs them). EDC comes from Maven Central once and is kept
# in KONTOR_CACHE_DIR, else in ~/.cache/kontor. The closing line is `N passed, M failed`; what failed is shown with EDC's own log,
# and the logs and stores of both are kept in build/interop/failed.

name=${1:-} count=200 version=2025-1 or_skip='' parts='sharing planes identity'
[[ -n $name && $name != -* ]] || refuse "which connector? There is: edc"
shift
[[ $name == edc ]] || refuse "no connector $name; there is: edc"
while (($#)); do
  case $1 in
    --part)
      [[ ${2:-} == sharing || ${2:-} == planes || ${2:-} == identity ]] || refuse "--part is sharing, planes or identity"
      parts=$2
      shift
      ;;
    --count) needs_number "$@" && count=$2 && shift ;;
    --version)
      [[ ${2:-} == 2025-1 || ${2:-} == 2024/1 ]] || refuse "--version is 2025-1 or 2024/1"
      version=$2
      shift
      ;;
    --or-skip) or_skip=yes ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done
if [[ $version != 2025-1 ]]; then
  [[ $parts == *sharing* ]] || refuse "$parts is over 2025-1 only"
  parts=sharing
fi

# shellcheck source=tools/dev/lib/edc.sh
source tools/dev/lib/edc.sh
needs_java EDC interop
setup_quietly
open_log

# skipped_without HAS RESOLVE WHAT: whether the part is left out, for jars that are not to be had; says so.
skipped_without() {
  if "$1" || [[ -z $or_skip ]] || (stage "resolve $3" "$2"); then return 1; fi
  printf 'SKIPPED: Maven Central does not give %s\n' "$3"
}

arguments=()
if [[ $parts == *sharing* ]] && ! skipped_without has_edc resolve_edc EDC; then
  get_edc
  arguments+=(--class-path "$EDC_CLASS_PATH")
fi
if [[ $parts == *planes* ]] && ! skipped_without has_edc_planes resolve_edc_planes "EDC's planes"; then
  get_edc_planes
  arguments+=(--plane "$EDC_PLANE_CLASS_PATH" --control "$EDC_CONTROL_CLASS_PATH")
fi
if [[ $parts == *identity* ]] && ! skipped_without has_edc_identity resolve_edc_identity "EDC's identity hub"; then
  get_edc_identity
  arguments+=(--hub "$EDC_HUB_CLASS_PATH" --dcp "$EDC_DCP_CLASS_PATH" --kontor build/release/kontor)
fi
((${#arguments[@]})) || exit 0
arguments+=(--partner build/release/tests/interop/kontor-interop-partner)
build_preset release kontor kontor-interop-edc kontor-interop-partner

# What a run that failed wrote is kept, until the next one fails.
leave() {
  local code=$? kept=build/interop/failed
  if ((code != 0)); then
    rm -rf "$kept" && cp -r "$INTEROP_RUN" "$kept" &&
      printf './dev interop: the logs and stores of both: %s\n' "$ROOT/$kept" >&2
  fi
  rm -rf "$INTEROP_RUN"
}

INTEROP_RUN=$(mktemp -d /tmp/kontor-interop-XXXXXX)
trap leave EXIT
show "EDC" build/release/tests/interop/kontor-interop-edc "${arguments[@]}" --folder "$INTEROP_RUN" --count "$count" --version "$version"
