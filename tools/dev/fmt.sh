# shellcheck shell=bash
# fmt: format the C++ sources
# time: 5 s
#
# ./dev fmt [--check] [FILE…]
#   --check   change nothing; exit code 1 when a file would change
#   FILE      only these; all sources of the tree without

options=(-i) files=()
while (($#)); do
  case $1 in
    --check) options=(--dry-run --Werror) ;;
    -*) refuse "unknown option $1" ;;
    *) files+=("$1") ;;
  esac
  shift
done
setup_quietly
if ((${#files[@]} == 0)); then
  mapfile -d '' -t files < <(tree_files | grep -zE '^(src|tests|bench|examples)/.*\.(cpp|hpp)$')
fi
((${#files[@]} == 0)) ||
  printf '%s\0' "${files[@]}" | xargs -0 -n 40 -P "$(nproc)" clang-format-19 --style=file "${options[@]}"
