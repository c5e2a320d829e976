# shellcheck shell=bash
# simulate: both installations in one process, in virtual time, with faults
# time: 2 s a seed, once built
# needs: tests/simulation/CMakeLists.txt
#
# ./dev simulate [--seed N] [--seeds N] [--negotiations N] [--lying-disk] [--verbose]
#   --seed          the first seed; the same one gives the same event-log hash
#   --seeds         how many, one after the other
#   --negotiations  in each run
#   --lying-disk    disks acknowledge what they never wrote: to see that this is found
#   --verbose       every event as it happens

options=("$@")
while (($#)); do
  case $1 in
    --seed | --seeds | --negotiations) needs_value "$@" && shift ;;
    --lying-disk | --verbose) ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done

setup_quietly
build_preset release kontor-simulate
show simulation build/release/tests/simulation/kontor-simulate "${options[@]}"
