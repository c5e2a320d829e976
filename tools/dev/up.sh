# shellcheck shell=bash
# up: one installation with all roles, to play with; ends on Ctrl-C
# time: at once, once built
# needs: src/app/main.cpp
#
# ./dev up [--roles NAMES] [--config FILE] [--set KEY=VALUE]…
# Runs `kontor run` in build/up, where its data stays; remove that folder to begin anew. All options go to it.
# Without --config it is that of examples/one-process, copied to build/up/kontor.yaml with a key and secrets made at
# random, once. What to do with it: docs/first-steps.md. `build/release/kontor config` prints every key.

options=("$@") configured=''
while (($#)); do
  case $1 in
    --config) needs_value "$@" && configured=1 && shift ;;
    --set | --roles) needs_value "$@" && shift ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done

# random_file NAME: 32 random bytes in hexadecimal digits, for the owner alone; one that is there stays.
random_file() { [[ -e $1 ]] || (umask 077 && openssl rand -hex 32 >"$1.new" && mv "$1.new" "$1"); }

setup_quietly
build_preset release kontor
mkdir -p build/up
cd build/up || exit
if [[ -z $configured ]]; then
  [[ -e kontor.yaml ]] || cp ../../examples/one-process/kontor.yaml .
  for file in master.key admin.secret kontor.secret; do random_file "$file"; done
  options=(--config kontor.yaml "${options[@]}")
  printf '  build/up/kontor.yaml configures it; what to do with it: docs/first-steps.md\n'
fi
exec ../release/kontor run "${options[@]}"
