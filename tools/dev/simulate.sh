# shellcheck shell=bash
# simulate: both installations in one process, with virtual time, faults and a seed
# time: 2 s a seed, once built
# needs: tests/simulation/CMakeLists.txt
#
# ./dev simulate [--seed N] [OPTION…]
# All options go to the simulation program. The same seed gives the same event-log hash.

setup_quietly
build_preset release kontor-simulate
show simulation build/release/tests/simulation/kontor-simulate "$@"
