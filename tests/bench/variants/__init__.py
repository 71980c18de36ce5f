"""One file for each way to do the work, each a process: `python -m tests.bench.variants.NAME`."""
