"""``make bench``: the measurements that need nothing beside the package."""

from benchmarks.detect import main

main()
