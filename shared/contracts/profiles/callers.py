"""Which callers know cases by their own ids: the profile table laid over the directory."""

from collections.abc import Callable

from shared.contracts.directory import Directory
from shared.contracts.message import Caller
from shared.contracts.profiles import Profiles


def knows_cases(directory: Directory, profiles: Profiles) -> Callable[[Caller], bool]:
    """Return whether a caller may be told a case's own id; one of no party of the directory may not."""
    knowing = {party.code for party in directory.parties if profiles.subject(party.profile) == "case"}
    return lambda caller: caller.agency in knowing
