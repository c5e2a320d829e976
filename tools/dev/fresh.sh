# shellcheck shell=bash
# fresh: the demo in a bare Debian 12 root, made by debootstrap
# time: 25 min
#
# ./dev fresh [--keep] [--root DIR] [-- COMMAND…]
#   --root   where the bare root is made (build/fresh/root); what is there is removed first
#   --keep   leave it there afterwards
#   COMMAND  run in the copy of the tree; ./dev demo without
#
# Needs root on Debian. The root gets the host's Debian package sources and nothing else of the host but /proc and /dev.

keep='' bare=$ROOT/build/fresh/root command=(./dev demo)
while (($#)); do
  case $1 in
    --keep) keep=1 ;;
    --root) needs_value "$@" && bare=$(realpath -m "$2") && shift ;;
    --)
      shift
      command=("$@")
      break
      ;;
    *) refuse "unknown option $1" ;;
  esac
  shift
done
((EUID == 0)) || die "fresh makes a root file system and needs root: sudo ./dev fresh"
[[ $bare != / ]] || refuse "that is this machine's own root"

# One line a Debian source of the host: address, release, component.
debian_sources() {
  # The $(…) are apt's own placeholders.
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed -n 's/^Debian //p' | sort -u
}

write_sources() {
  debian_sources | sed 's/^/deb /' >"$bare/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::https?::Proxy ' >"$bare/etc/apt/apt.conf.d/01proxy" || true
  cp /etc/resolv.conf /etc/hosts "$bare/etc/"
}

debootstrap_root() {
  local mirror
  mirror=$(debian_sources | awk '$2 == "bookworm" && $3 == "main" {print $1; exit}')
  [[ -n $mirror ]] || {
    echo "this machine's package sources name no Debian 12 (bookworm) main; run apt-get update first"
    return 1
  }
  debootstrap --variant=minbase bookworm "$bare" "$mirror"
  write_sources
}

# In namespaces of their own: what runs in there ends with the command, and nothing stays mounted.
in_bare_root() {
  # Expanded by the inner shell.
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child -- bash -euc '
    root=$1 && shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" CI="${CI:-}" \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      bash -c '\''cd /opt/kontor && exec "$@"'\'' fresh "$@"
  ' fresh "$bare" "$@"
}

setup_quietly
rm -rf --one-file-system "$bare"
mkdir -p "$bare"
[[ -n $keep ]] || trap 'rm -rf --one-file-system "$bare"' EXIT
stage "debootstrap" debootstrap_root
stage "copy the tree" copy_tree "$bare/opt/kontor"
show "${command[*]} on a bare machine" in_bare_root "${command[@]}"
printf '  %-22s %7s s\n' "fresh, in all" "$(total_s)"
