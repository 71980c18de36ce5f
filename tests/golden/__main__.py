"""`python -m tests.golden`: record how this release folds the golden streams; with `streams`, make those anew first."""

import sys

from shared.contracts.topics import SERVICES
from tests.golden.cities import HERE, SEEDS, packed, simulated
from tests.golden.releases import record, verdict

if sys.argv[1:] == ["streams"]:
    for seed in SEEDS:
        (HERE / f"city-{seed:03}.json.gz").write_bytes(packed(simulated(seed)))
elif needed := [said for name in SERVICES if "a rebuild is needed" in (said := verdict(name))]:
    sys.exit("\n".join(needed))
record()
