# shellcheck shell=bash
# setup: install what is missing of tools/packages.txt
# time: 0.1 s when complete, 2 min on a bare machine
#
# ./dev setup [--quiet] [--list] [--for VERB]
#   --quiet   say nothing when nothing is missing
#   --for     also what one verb needs beside: tools/packages.VERB.txt
#   --list    print the missing packages and install nothing; exit code 1 when there are any
#
# Needs Debian 12 and root, or sudo. Servers that come with the packages are not started.

quiet='' list='' lists=(tools/packages.txt)
while (($#)); do
  case $1 in
    --quiet) quiet=1 ;;
    --list) list=1 ;;
    --for)
      [[ -f tools/packages.${2:-}.txt ]] || refuse "there is no tools/packages.${2:-}.txt"
      lists+=("tools/packages.$2.txt")
      shift
      ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done

wanted() { sed -n 's/^\([a-z0-9][^ ]*\) .*/\1/p' "${lists[@]}"; }

missing() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii  *//p' | sort -u)
  comm -23 <(wanted | sort -u) <(printf '%s\n' "$installed")
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    return 126
  fi
}

# A package's server must not start on the developer's machine: tests start their own. The file is the system's own
# switch for that; one that is already there stays as it is.
without_services() {
  local policy=/usr/sbin/policy-rc.d code=0
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  "$@" || code=$?
  as_root rm -f "$policy"
  return "$code"
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
    -o Acquire::Retries=3 "$@"
}

# Lists may be missing (a bare root) or stale (a version that the server no longer has): both end in one update.
refresh_and_install() {
  if compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null && without_services apt install --no-install-recommends "$@"; then
    return 0
  fi
  if ! apt update -o APT::Update::Error-Mode=any; then
    echo "apt-get update failed: is this machine online, and does it reach the servers in /etc/apt/sources.list*?"
    return 100
  fi
  without_services apt install --no-install-recommends "$@"
}

command -v apt-get >/dev/null ||
  die "setup installs Debian packages and finds no apt-get here. Install what tools/packages.txt names by hand."
mapfile -t packages < <(missing)

if ((${#packages[@]} == 0)); then
  [[ -n $quiet ]] || echo "setup: all $(wanted | wc -l) packages are installed"
  exit 0
fi
if [[ -n $list ]]; then
  printf '%s\n' "${packages[@]}"
  exit 1
fi
as_root true || die "$(
  printf 'these packages are missing, and installing them needs root or sudo. As root run:\n  apt-get install --no-install-recommends'
  printf ' %s' "${packages[@]}"
)"
stage "setup ${#packages[@]} packages" refresh_and_install "${packages[@]}"
mapfile -t packages < <(missing)
((${#packages[@]} == 0)) || die "still missing after the installation: ${packages[*]}"
