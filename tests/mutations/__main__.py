"""`python -m tests.mutations`: take out every mechanism, one at a time, and see that its test is red."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.mutations.mutation import Mutation
from tests.mutations.page import write
from tests.mutations.table import MUTATIONS
from tests.mutations.tree import Report, Tree
from tests.servers.choice import KAFKA, POSTGRES, kind_of_servers
from tests.servers.running import kafka_server, postgres_server


def main() -> int:
    """Give 1 where a test is not green with its mechanism, or not red without it."""
    options = _options()
    chosen = [m for m in MUTATIONS if not options.guarantees or m.guarantee in options.guarantees]
    with tempfile.TemporaryDirectory(prefix="senandung-mutations-") as folder, _servers():
        tree = Tree(Path(folder))
        pale = _not_green(tree, chosen)
        reports = {mutation: _taken_out(tree, mutation) for mutation in chosen}
    survived = [mutation for mutation, report in reports.items() if not report.red]
    _tell(f"{len(reports) - len(survived)} of {len(reports)} mechanisms are missed by their tests when they are gone")
    if options.write:
        write({mutation.key: report.says if report.red else "" for mutation, report in reports.items()})
    return 1 if pale or survived else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("guarantees", nargs="*", help="headings of docs/guarantees.md (all)")
    parser.add_argument("--write", action="store_true", help="make docs/guarantees.md anew")
    return parser.parse_args()


@contextmanager
def _servers() -> Iterator[None]:
    """One broker and one database server for all runs."""
    kind = kind_of_servers()
    with postgres_server(kind) as dsn, kafka_server(kind) as bootstrap:
        os.environ |= {POSTGRES: dsn, KAFKA: bootstrap}
        yield


def _not_green(tree: Tree, mutations: Sequence[Mutation]) -> list[str]:
    tests = sorted({mutation.test for mutation in mutations})
    _tell(f"with every mechanism in its place, {len(tests)} tests …")
    reports = tree.run(tests)
    for test, report in reports.items():
        if not report.green:
            _tell(f"NOT GREEN  {test}  {report.says or 'was not found'}")
    return [test for test, report in reports.items() if not report.green]


def _taken_out(tree: Tree, mutation: Mutation) -> Report:
    began = time.monotonic()
    with tree.without(mutation):
        report = tree.run([mutation.test])[mutation.test]
    verdict = "red      " if report.red else "SURVIVES "
    said = report.says or ("" if report.ran else "the test was not found")
    _tell(f"{verdict} {mutation.guarantee}: {mutation.what} ({time.monotonic() - began:.0f} s)\n          {said}")
    return report


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
