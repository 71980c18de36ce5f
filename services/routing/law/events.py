"""Which facts may start, extend or end a limit, what they are about, and by which words a row tells them apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from shared.contracts import placements, proceedings
from shared.contracts.commands import Step
from shared.contracts.diversions import OrderKind
from shared.contracts.model import Fact, Stage


@dataclass(frozen=True, slots=True)
class Token:
    """`step-taken:file-at-court+eligible`: a fact, with all the words that it must bear."""

    event: str
    tags: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> "Token":
        """Read one."""
        event, _, tags = text.partition(":")
        return cls(event, frozenset(tags.split("+")) - {""})

    def __str__(self) -> str:
        return ":".join(filter(None, (self.event, "+".join(sorted(self.tags)))))


@dataclass(frozen=True, slots=True)
class Feed:
    """A fact that clocks go by: `of` are the fields that name what it is about, `case` the whole case.

    `act` is the field by which it is known when it is told anew, nothing where each telling is another act. `tags` are
    the words that may stand behind it, beside those of its matter where it has one.
    """

    of: tuple[str, ...]
    act: str = ""
    tags: frozenset[str] = frozenset()


CASE: Final = "case"
OF_MATTER: Final = frozenset({"offender", "victim", "witness", "none", "under-12", "eligible"})
"""Of a matter: the child's role, an offender under twelve at the offence (R19), and whether diversion is due (R20)."""
REPEATED: Final = frozenset({"programme-reported", "seizure-requested", "seizure-ruled-on"})
"""Steps that are taken more than once in a matter, so that a second telling is a second step."""

_STAGES: Final = frozenset(get_args(Stage))
_STAY: Final = Feed((CASE, "stay"), "stay")

FEEDS: Final[Mapping[type[Fact], Feed]] = {
    proceedings.MatterOpened: Feed(("matter",), "matter"),
    proceedings.StepTaken: Feed(("matter",), "matter", frozenset(get_args(Step))),
    proceedings.ReportRequested: Feed(("report", "matter"), "report", frozenset({"litmas", "social-report"})),
    proceedings.ReportDelivered: Feed(("report",), "report"),
    proceedings.ChildArrested: Feed(("matter",)),
    proceedings.ChildDetained: Feed(("detention", "matter"), "detention", _STAGES),
    proceedings.DetentionExtended: Feed(("detention",), "detention"),
    proceedings.DetentionPassedOn: Feed(("detention",), "detention"),
    proceedings.ChildReleased: Feed(("detention", "matter"), "detention"),
    proceedings.DiversionOpened: Feed(("matter",), "diversion", _STAGES),
    proceedings.DiversionAgreed: Feed(("matter",), "diversion"),
    proceedings.DiversionFailed: Feed(("matter",), "diversion"),
    proceedings.JointlyDecided: Feed(("matter",), "matter", frozenset({"return-to-parents", "programme"})),
    proceedings.OrderMade: Feed(("order",), "order", frozenset(get_args(OrderKind))),
    proceedings.OrderCarriedOut: Feed(("order",), "order"),
    proceedings.OrderNotCarriedOut: Feed(("order", "matter"), "order"),
    placements.ChildSecured: Feed((CASE,)),
    placements.HandoverAccepted: Feed((CASE,), "handover"),
    placements.AdmittedToRpsa: _STAY,
    placements.Placed: _STAY,
    placements.Discharged: _STAY,
    placements.LeftPlacement: _STAY,
}

BY_NAME: Final[Mapping[str, tuple[type[Fact], Feed]]] = {fact.type: (fact, feed) for fact, feed in FEEDS.items()}


def known(token: Token, of: str) -> bool:
    """Tell whether a fact of this name is about an `of`, and may bear these words."""
    if token.event not in BY_NAME:
        return False
    fact, feed = BY_NAME[token.event]
    words = feed.tags | (OF_MATTER if "matter" in fact.model_fields else frozenset())
    return of in feed.of and token.tags <= words
