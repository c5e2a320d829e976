# shellcheck shell=bash
# lint: the rules that guard the architecture and the style
# time: 15 s on a machine with nothing else to do
#
# ./dev lint [--only RULE]… [--list] [--fix] [PATH…]
#   --only   one rule, for instance includes or banned-words
#   --list   the rules, a line each
#   --fix    write what can be generated (src/README.md, docs/decisions/README.md)
#   PATH     report only what concerns files below these paths
# A finding names the file, the rule and what to do. Exceptions stand in tools/lint/exceptions.txt, each with a reason.

setup_quietly
python3 tools/lint/lint.py "$@"
