# shellcheck shell=bash
# up: one installation with all roles, to play with; ends on Ctrl-C
# time: at once, once built
# needs: src/app/main.cpp
#
# ./dev up [--roles NAMES] [--config FILE] [--set KEY=VALUE]…
# Runs `kontor run` in build/up, where its data stays; remove that folder to begin anew. All options go to it.
# `build/release/kontor config` prints every key.

options=("$@")
while (($#)); do
  case $1 in
    --config | --set | --roles) needs_value "$@" && shift ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done

setup_quietly
build_preset release kontor
mkdir -p build/up
cd build/up || exit
exec ../release/kontor run "${options[@]}"
