# shellcheck shell=bash
# A mutant is a patch that breaks one promise; the tests must notice. Before its first `---` line it says:
#
#   Mutant: what is broken, in a sentence
#   Test: MODULE PATTERN        one or more: test program and GoogleTest pattern that must turn red
#
# Each runs in build/mutants/tree, a copy of this tree: green without the patch, red with it.

mutant_field() { sed -n '/^--- /q; s/^'"$2"': *//p' "$1"; }

# mutant_failures PATCH: the number of failing cases among the patch's tests. Fails when a test program does not exist.
mutant_failures() {
  local patch=$1 module pattern failures=0 count
  while read -r module pattern; do
    (cd "$MUTANTS_TREE" && run_ctest build/sanitize "$pattern" "$module") >>"$KONTOR_LOG" 2>&1 || true
    count=$(cd "$MUTANTS_TREE" && python3 tools/dev/test_report.py build/sanitize | tee -a "$ROOT/$KONTOR_LOG" | tail -n 1)
    [[ $count =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]] || return 1
    ((BASH_REMATCH[1] + BASH_REMATCH[2] > 0)) || return 1
    failures=$((failures + BASH_REMATCH[2]))
  done < <(mutant_field "$patch" Test)
  echo "$failures"
}

mutant_build() (
  cd "$MUTANTS_TREE" || exit
  mapfile -t programs < <(mutant_field "$ROOT/$1" Test | cut -d' ' -f1 | sort -u)
  cmake --preset sanitize || exit
  mapfile -t targets < <(python3 tools/dev/test_report.py --programs build/sanitize "${programs[@]}")
  if ((${#targets[@]} != ${#programs[@]})); then
    echo "not all of these are test programs: ${programs[*]}"
    exit 1
  fi
  ninja -C build/sanitize -j "$(jobs)" "${targets[@]}"
)

run_mutant() {
  local patch=$1 name failures
  name=$(basename "$patch" .patch)
  [[ -n $(mutant_field "$patch" Mutant) && -n $(mutant_field "$patch" Test) ]] ||
    die "$patch does not say Mutant: and Test: before its first --- line"
  stage "build without $name" mutant_build "$patch"
  failures=$(mutant_failures "$patch") || die "$name: its tests cannot be run; see $ROOT/$KONTOR_LOG"
  ((failures == 0)) || die "$name: its tests are red without it; see $ROOT/$KONTOR_LOG"
  stage "apply $name" patch --directory="$MUTANTS_TREE" --strip=1 --fuzz=0 --input="$ROOT/$patch"
  stage "build with $name" mutant_build "$patch"
  failures=$(mutant_failures "$patch") || failures=1
  stage "undo $name" patch --directory="$MUTANTS_TREE" --strip=1 --reverse --input="$ROOT/$patch"
  if ((failures > 0)); then
    printf '    caught    %s: %s (%d failing)\n' "$name" "$(mutant_field "$patch" Mutant)" "$failures"
    MUTANTS_CAUGHT=$((MUTANTS_CAUGHT + 1))
  else
    printf '    SURVIVED  %s: %s\n' "$name" "$(mutant_field "$patch" Mutant)"
    MUTANTS_SURVIVED=$((MUTANTS_SURVIVED + 1))
  fi
}

run_mutants() {
  local patches=() name
  if (($# > 0)); then
    for name in "$@"; do patches+=("tests/mutants/$name.patch"); done
  else
    patches=(tests/mutants/*.patch)
  fi
  ((${#patches[@]} > 0)) || die "there is no patch in tests/mutants/"
  for name in "${patches[@]}"; do [[ -f $name ]] || die "there is no $name"; done
  open_log
  MUTANTS_TREE=$ROOT/build/mutants/tree MUTANTS_CAUGHT=0 MUTANTS_SURVIVED=0
  rm -rf "$MUTANTS_TREE"
  stage "copy the tree" copy_tree "$MUTANTS_TREE"
  for name in "${patches[@]}"; do run_mutant "$name"; done
  printf '%d mutants caught, %d survived (%s s)\n' "$MUTANTS_CAUGHT" "$MUTANTS_SURVIVED" "$(total_s)"
  ((MUTANTS_SURVIVED == 0))
}
