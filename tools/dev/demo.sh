# shellcheck shell=bash
# demo: the whole journey between two installations, on a release build
# time: 12 min cold, 1 min with a warm cache
# needs: tests/journey/CMakeLists.txt
#
# ./dev demo [OPTION…]
#   --store    sqlite, or postgres: everything in a PostgreSQL of its own
#   --keep     leave both installations running and print addresses and a token
# All options go to the journey program, and its exit code is passed on: 0 only when every step was verified.

setup_quietly
build_preset release kontor-journey
show journey build/release/tests/journey/kontor-journey "$@"
