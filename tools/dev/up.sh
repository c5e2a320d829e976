# shellcheck shell=bash
# up: one installation with all roles, to play with; ends on Ctrl-C
# time: at once, once built
# needs: src/app/main.cpp
#
# ./dev up [OPTION…]
# Runs `kontor run` in build/up, where its data stays; remove that folder to begin anew. All options go to it, for
# instance --config FILE or --set KEY=VALUE. `build/release/kontor config` prints every key.

setup_quietly
build_preset release kontor
mkdir -p build/up
cd build/up || exit
exec ../release/kontor run "$@"
