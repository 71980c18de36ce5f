"""`python -m shared.contracts export | check | release N`: keeps what is published in step with the code."""

import argparse
import sys
from pathlib import Path

from shared.contracts import published

_FREEZE = """A release is what readers out there hold on to: from the first tag on, one that is tagged never changes.
Until then it may be made again: python -m shared.contracts release {number} --again"""


def main(words: list[str] | None = None, root: Path = published.HERE) -> int:
    """Run one of the commands on the files below `root`; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.contracts", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("export", help="write schemas, examples and asyncapi.yaml anew")
    acts.add_parser("check", help="fail where they differ from the code, or a change is not an addition")
    release = acts.add_parser("release", help="freeze schemas and examples under a number")
    release.add_argument("number", type=int)
    release.add_argument("--again", action="store_true", help="in place of what that number holds")
    told = parser.parse_args(words)
    match told.act:
        case "export":
            return _export(root)
        case "check":
            return _check(root)
    return _release(root, told.number, again=told.again)


def _export(root: Path) -> int:
    changed = published.export(root)
    _say(*(f"wrote   {path}" for path in changed), f"{len(changed)} files changed")
    return 0


def _check(root: Path) -> int:
    drift = [f"differs from the code: {path}" for path in published.drift(root)]
    broken = [f"not an addition: {change}" for change in published.not_additive(root)]
    unreadable = [f"cannot be read any more: {example}" for example in published.unreadable(root)]
    _say(*drift, *broken, *unreadable)
    if drift:
        _say("Run: python -m shared.contracts export")
    if broken or unreadable:
        _say(_FREEZE.format(number=max(published.releases(root), default=1)))
    if drift or broken or unreadable:
        return 1
    count, numbers = sum(1 for _ in published.corpora(root)), published.releases(root)
    _say(f"contracts: in step with the code; {len(numbers)} releases and {count} examples still readable")
    return 0


def _release(root: Path, number: int, *, again: bool) -> int:
    known = published.releases(root)
    if number in known and not again:
        _say(f"Release {number} is there already.", _FREEZE.format(number=number))
        return 1
    if number not in {*known, max(known, default=0) + 1}:
        _say(f"The next release is {max(known, default=0) + 1}.")
        return 1
    published.release(number, root)
    _say(f"froze release {number} in schemas/released/{number} and examples/released/{number}")
    return 0


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
