"""One of the four services, sampled: `python -m tests.bench.variants.service NAME`, into `BENCH_PROFILE`."""

import importlib
import os
import sys

from shared.runtime.service import main
from tests.bench.variants.sampling import sampled

if __name__ == "__main__":
    app = importlib.import_module(f"services.{sys.argv[1]}.app")
    with sampled(os.environ["BENCH_PROFILE"]):
        main(app.create)
