#!/bin/sh
# Two network namespaces joined by a cable: a site behind a packet filter, and what is outside of it. Run in a
# new network namespace, which becomes the outside. Prints the processes that hold the two for some minutes.
set -eu
PATH=$PATH:/usr/sbin:/sbin
data_port=$1

sleep 300 >/dev/null 2>&1 &
outside=$!
# shellcheck disable=SC2016
site=$(unshare --net sh -c 'sleep 300 >/dev/null 2>&1 & echo $!')
in_site() { nsenter --target "$site" --net -- "$@"; }

ip link set lo up
ip link add outside type veth peer name site netns "$site"
ip address add 192.0.2.1/30 dev outside
ip link set outside up
in_site ip link set lo up
in_site ip address add 192.0.2.2/30 dev site
in_site ip link set site up
# Who is inside may connect to whom he likes; from outside nobody connects but to where data is had.
in_site nft --file - <<RULES
table inet site {
  chain inbound {
    type filter hook input priority 0; policy accept;
    iifname "lo" accept
    tcp flags & (syn | ack) == syn tcp dport $data_port accept
    tcp flags & (syn | ack) == syn reject with tcp reset
  }
}
RULES
echo "$outside $site"
