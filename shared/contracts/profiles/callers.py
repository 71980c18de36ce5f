"""Which callers know cases by their own ids: the profile table laid over the directory."""

from collections.abc import Callable

from shared.contracts.directory import Directory
from shared.contracts.message import Caller
from shared.contracts.profiles import Profiles


def knows_cases(directory: Directory, profiles: Profiles) -> Callable[[Caller], bool]:
    """Return whether a caller, of a party of the directory, may be told a case's own id."""

    def knows(caller: Caller) -> bool:
        return profiles.subject(directory.party(caller.agency).profile) == "case"

    return knows
