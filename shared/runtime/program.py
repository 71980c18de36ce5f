"""A service's program: without a word it serves; with `rebuild` it makes its derived tables anew, and ends."""

import sys
from collections.abc import Callable

from shared.runtime import service
from shared.runtime.rebuild import command
from shared.runtime.settings import WrongSettings


def main(create: Callable[[], service.Service]) -> None:
    """Run it: `python -m services.routing`, or `python -m services.routing rebuild --check`."""
    match sys.argv[1:]:
        case ["rebuild", *words]:
            sys.exit(_rebuild(create, words))
        case []:
            service.main(create)
        case _:
            sys.exit("a service takes no words, or `rebuild` with --check, --dry-run or --yes")


def _rebuild(create: Callable[[], service.Service], words: list[str]) -> int:
    how = command.words(words)
    try:
        made = create()
    except (service.CannotStart, WrongSettings) as problem:
        sys.stderr.write(f"{problem}\n")
        return 78
    return command.rebuild(made, how)
