"""A copy of the repository in which a mechanism can be taken out, and its tests run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

from tests.docs.places import ROOT
from tests.mutations.mutation import Mutation

_LEFT_OUT: Final = ignore_patterns(".*", "__pycache__", "node_modules", "media")
_NO_PROOF: Final = ("SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError", "NameError", "collection")
"""A test that fails so has not looked at anything."""
_ID: Final = re.compile(r"[0-9a-f]{32}|\d{16}|UUID\('[0-9a-f.-]+'\)|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LINE: Final = 200


class Report(NamedTuple):
    """What became of one test. `says` is how it failed, empty where it passed."""

    ran: bool
    says: str

    @property
    def green(self) -> bool:
        """Whether it ran and passed."""
        return self.ran and not self.says

    @property
    def red(self) -> bool:
        """Whether it ran, looked, and was not content."""
        return self.ran and bool(self.says) and not self.says.startswith(_NO_PROOF)


class Tree:
    """A copy in `folder`, with the packages of this one."""

    def __init__(self, folder: Path) -> None:
        self.root = copytree(ROOT, folder / "tree", ignore=_LEFT_OUT)

    @contextmanager
    def without(self, mutation: Mutation) -> Iterator[None]:
        """The copy lacks the mechanism for as long as this lasts. Raises `LookupError` where its text is not there."""
        file = self.root / mutation.file
        whole = file.read_text()
        file.write_text(mutation.taken_out_of(whole))
        try:
            yield
        finally:
            file.write_text(whole)

    def run(self, tests: Sequence[str]) -> dict[str, Report]:
        """Run tests by their node ids, without those of their parameters."""
        found = self.root / "report.xml"
        found.unlink(missing_ok=True)
        options = ["-q", "-p", "no:cacheprovider", "--timeout=600", f"--junitxml={found}"]
        command = [sys.executable, "-m", "pytest", *options, *tests]
        # No compiled files: two texts of one length, written within one second, would be taken for the same.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=self.root, env=environment, check=False, capture_output=True, text=True)
        if not found.exists():  # not even pytest's own beginning was reached
            return dict.fromkeys(tests, Report(ran=False, says=(done.stderr or done.stdout).strip()[-_LINE:]))
        cases = list(ET.parse(found).iter("testcase"))  # noqa: S314 - written by our own pytest
        return {test: _report(test, cases) for test in tests}


def _report(test: str, cases: Sequence[ET.Element]) -> Report:
    file, _, name = test.partition("::")
    module = file.removesuffix(".py").replace("/", ".")
    mine = [c for c in cases if (c.get("classname"), str(c.get("name")).partition("[")[0]) == (module, name)]
    failed = [fault for case in mine for fault in (*case.findall("failure"), *case.findall("error"))]
    return Report(bool(mine), _line(failed[0].get("message") or "failed") if failed else "")


def _line(message: str) -> str:
    """The first line, without what is drawn anew each time."""
    line = _ID.sub("…", message.splitlines()[0]).removeprefix("AssertionError: ").strip()
    return line if len(line) <= _LINE else line[: _LINE - 1] + "…"
