# shellcheck shell=bash
# demo: the whole journey between two installations, on a release build
# time: 12 min cold, 1 min with a warm cache
# needs: tests/journey/CMakeLists.txt
#
# ./dev demo [--store sqlite|postgres] [--keep]
#   --store    sqlite, or postgres: everything in a PostgreSQL of its own
#   --keep     leave both installations running and print addresses and a token
# The exit code is the journey's: 0 only when every step was verified.

options=()
while (($#)); do
  case $1 in
    --store)
      needs_value "$@"
      [[ $2 == sqlite || $2 == postgres ]] || refuse "no store $2; there are sqlite and postgres"
      options+=(--store "$2") && shift
      ;;
    --keep) options+=(--keep) ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done

setup_quietly
build_preset release kontor-journey
show journey build/release/tests/journey/kontor-journey "${options[@]}"
