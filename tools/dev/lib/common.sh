# shellcheck shell=bash
# What every verb of ./dev shares: stages with elapsed times, one log a run, the environment of builds and tests.
# A verb calls `stage NAME command…` (output to the log) or `show NAME command…` (output to both).

KONTOR_RUN_STARTED=$EPOCHREALTIME
KONTOR_LOG=''

die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}

# Usage errors are told apart from failures.
refuse() {
  printf './dev %s: %s (see ./dev %s --help)\n' "$VERB" "$*" "$VERB" >&2
  exit 2
}

# needs_value OPTION [VALUE…], needs_number OPTION [VALUE…]: for options that are nothing without one.
needs_value() {
  if (($# < 2)) || [[ -z $2 ]]; then refuse "$1 needs a value"; fi
}
needs_number() {
  needs_value "$@"
  [[ $2 =~ ^[1-9][0-9]*$ ]] || refuse "$1 needs a number, not '$2'"
}

open_log() {
  [[ -z $KONTOR_LOG ]] || return 0
  mkdir -p "$ROOT/build/log"
  KONTOR_LOG=build/log/$VERB-$(date +%Y%m%d-%H%M%S)-$$.log
  : >"$KONTOR_LOG"
  ln -sfn "${KONTOR_LOG##*/}" "build/log/$VERB.log"
  # The last twenty runs of a verb are kept.
  find build/log -type f -name "$VERB-*.log" -printf '%T@ %p\n' | sort -rn | tail -n +21 | cut -d' ' -f2- |
    xargs -r -d '\n' rm -f
}

# Seconds with one digit between two values of EPOCHREALTIME.
elapsed_s() {
  local us=$((${2/[.,]/} - ${1/[.,]/}))
  printf '%d.%d' $((us / 1000000)) $((us / 100000 % 10))
}

# Of tests those that run, since the last of many may be a long one; else the last line.
newest_of_log() {
  local running
  running=$(awk '/^ *Start +[0-9]+: / { sub(":", "", $2); name[$2] = $3 }
                 / Test +#[0-9]+: / { match($0, /#[0-9]+/); delete name[substr($0, RSTART + 1, RLENGTH - 1)] }
                 END { for (each in name) printf " %s", name[each] }' "$KONTOR_LOG")
  if [[ -n $running ]]; then
    echo "running:$running"
  else
    tail -c 400 "$KONTOR_LOG" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1
  fi
}

# Tells what a silent stage is doing: every second on a terminal, every minute in a log of CI.
watch_stage() {
  local name=$1 started=$2 last
  # Background jobs of a script ignore an interrupt; this one ends with its script.
  while kill -0 "$$" 2>/dev/null; do
    if [[ -t 1 ]]; then
      sleep 1 >/dev/null
      last=$(newest_of_log)
      printf '\r\033[K  %-22s %7s s  %.*s' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")" \
        $((${COLUMNS:-100} - 36)) "$last"
    else
      sleep 60 >/dev/null 2>&1  # which outlives its watcher: nobody waits for it
      last=$(newest_of_log)
      printf '  %-22s %7s s  … %.60s\n' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")" "$last"
    fi
  done
}

stage_failed() {
  local name=$1 code=$2 started=$3
  printf '  %-22s %7s s  FAILED (exit code %d)\n' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")" "$code" >&2
  printf -- '--- the last 40 lines of %s ---\n' "$ROOT/$KONTOR_LOG" >&2
  # A compiler's command alone would fill the screen.
  tail -n 40 "$KONTOR_LOG" | cut -c -400 >&2
  printf -- '--- the whole log: %s ---\n' "$ROOT/$KONTOR_LOG" >&2
  say_what_is_full
  exit "$code"
}

free_mb() { df --output=avail -BM -- "$1" | tr -dc '[:digit:]'; }

# A compiler or a test that cannot write seldom says so.
say_what_is_full() {
  local folder free
  for folder in build "${TMPDIR:-/tmp}"; do
    free=$(free_mb "$folder")
    ((free > 200)) || printf './dev: %s has %d MB left on its disk: make room, and again\n' "$folder" "$free" >&2
  done
}

stage() {
  local name=$1 started=$EPOCHREALTIME watcher code=0
  shift
  open_log
  printf '\n=== %s: %s\n' "$name" "$*" >>"$KONTOR_LOG"
  watch_stage "$name" "$started" &
  watcher=$!
  # In a condition the stage's own failure is ours to report.
  "$@" >>"$KONTOR_LOG" 2>&1 </dev/null || code=$?
  kill "$watcher" 2>/dev/null
  wait "$watcher" 2>/dev/null || true
  [[ ! -t 1 ]] || printf '\r\033[K'
  ((code == 0)) || stage_failed "$name" "$code" "$started"
  printf '  %-22s %7s s\n' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")"
}

# The same for a stage whose output is the point: shown as it comes, and kept. Ends the run with the stage's own code.
show() {
  local name=$1 started=$EPOCHREALTIME code=0
  shift
  open_log
  printf '\n=== %s: %s\n' "$name" "$*" >>"$KONTOR_LOG"
  "$@" 2>&1 | tee --append --ignore-interrupts "$KONTOR_LOG" || code=${PIPESTATUS[0]}
  printf '  %-22s %7s s\n' "$name" "$(elapsed_s "$started" "$EPOCHREALTIME")" >>"$KONTOR_LOG"
  if ((code != 0)); then
    printf './dev %s: %s ended with exit code %d; the whole log: %s\n' "$VERB" "$name" "$code" "$ROOT/$KONTOR_LOG" >&2
    say_what_is_full
    exit "$code"
  fi
}

# Two gigabytes a compiler at most, so that a small machine with many cores does not swap.
jobs() {
  local cores memory_kb
  cores=$(nproc)
  memory_kb=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)
  local fit=$((memory_kb / 2000000))
  ((fit >= 1)) || fit=1
  echo $((cores < fit ? cores : fit))
}

presets() { sed -n 's/.*"name": "\([a-z]*\)", "configurePreset".*/\1/p' CMakePresets.json; }

# What all of the sanitize preset takes, which ./dev test builds as a whole; of the others mostly a part is built.
SANITIZE_MB=8000

# build_preset PRESET [TARGET…]: configure when that was not done yet, then build.
build_preset() {
  local preset=$1
  shift
  if [[ ! -f build/$preset/build.ninja ]]; then
    mkdir -p build
    local free
    free=$(free_mb build)
    [[ $preset != sanitize ]] || (($# > 0 || free >= SANITIZE_MB)) ||
      die "all of $preset takes $SANITIZE_MB MB, build/ has $free MB left on its disk: make room first"
    stage "configure $preset" cmake --preset "$preset"
  fi
  stage "build $preset" ninja -C "build/$preset" -j "$(jobs)" "$@"
}

setup_quietly() { "$ROOT/dev" setup --quiet || exit $?; }

use_sanitizers() {
  export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1}
  export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
  export TSAN_OPTIONS=${TSAN_OPTIONS:-second_deadlock_stack=1}
  export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 UBSAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19
}

total_s() { elapsed_s "$KONTOR_RUN_STARTED" "$EPOCHREALTIME"; }

# The files of the tree as a commit of everything would hold them, NUL-separated; without git: all but what is built.
tree_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard --deduplicate | while IFS= read -r -d '' path; do
      [[ ! -e $path && ! -L $path ]] || printf '%s\0' "$path"
    done
  else
    find . \( -path ./build -o -path ./.cache -o -path ./.git \) -prune -o \( -type f -o -type l \) -printf '%P\0'
  fi
}

copy_tree() {
  mkdir -p "$1"
  tree_files | tar --null --files-from=- --create --file=- | tar --extract --file=- --directory="$1"
}
