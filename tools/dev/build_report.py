#!/usr/bin/env python3
"""What a build spends its time on: build_report.py BUILD. Called by ./dev build --report.

Times are wall-clock of the last compilation of each source as ninja logged it, hits of ccache included; for figures worth
comparing build from nothing with CCACHE_DISABLE=1 on a quiet machine.
"""

import collections
import pathlib
import subprocess
import sys

SLOW_SECONDS = 8.0


def durations(build: pathlib.Path) -> dict[str, float]:
    """Seconds by output; the last line for an output is the newest."""
    found = {}
    for line in (build / ".ninja_log").read_text().splitlines()[1:]:
        start, end, _, output, _ = line.split("\t")
        found[output] = (int(end) - int(start)) / 1000
    return found


def header_readers(build: pathlib.Path) -> collections.Counter:
    """How many objects were built with each header of the tree."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    readers: collections.Counter = collections.Counter()
    for line in listing.splitlines():
        path = line.strip()
        if line.startswith("    ") and path.endswith(".hpp"):
            # build/<preset>/include/<module>/<module>/x.hpp is src/<module>/x.hpp
            parts = path.split("include/", 1)[-1].split("/")
            if not path.startswith("/usr/"):
                half = next((n for n in range(1, len(parts) // 2 + 1) if parts[:n] == parts[n : 2 * n]), 0)
                readers["/".join(parts[half:])] += 1
    return readers


def main() -> int:
    build = pathlib.Path(sys.argv[1])
    times = durations(build)
    objects = {output: seconds for output, seconds in times.items() if output.endswith((".o", ".pch")) and not output.startswith("/")}
    print(f"\n{len(objects)} sources, {sum(objects.values()):.0f} s in all, "
          f"{sum(objects.values()) / max(1, len(objects)):.1f} s each")
    print("\nslowest sources" + f" (above {SLOW_SECONDS:.0f} s: split, or see less)")
    for output, seconds in sorted(objects.items(), key=lambda item: -item[1])[:10]:
        print(f"  {seconds:6.1f} s  {output.replace('CMakeFiles/', '').removesuffix('.o')}")
    print("\nheaders that most sources read (a change rebuilds that many)")
    for header, count in header_readers(build).most_common(10):
        print(f"  {count:6}    {header}")
    print("\nccache")
    subprocess.run(["ccache", "--show-stats"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
