"""What a row of law says: what starts a clock, how long it runs, what ends it, whose it is, and what follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from services.routing.law.clock import Span
from services.routing.law.events import Token
from shared.contracts.directory.codes import Certainty, PartyCode
from shared.contracts.model import Reason

Kind: TypeAlias = Literal["owned", "observed"]
"""R153: owned limits escalate; those of bodies of justice are observed, and their owners reminded."""


class Text(NamedTuple):
    """A sentence for people."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much at most, by which fact, and by whom; nobody is named where that is no party of the programme."""

    limit: int
    by: Token
    party: PartyCode | None


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a row rests: the rule, where it is written, how sure that is, and who confirmed it, if anybody has."""

    rule: str
    citation: str
    certainty: Certainty
    confirmed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row. `of` is what each clock runs on (a matter, a detention ...); one that nothing starts is only listed.

    `first` and `last` are the days between which it is the law for what starts then.
    """

    id: str
    version: str
    topic: str
    first: date | None
    last: date | None
    ground: Ground
    title: Text
    of: str
    starts: tuple[Token, ...]
    satisfied_by: tuple[Token, ...]
    stopped_by: tuple[Token, ...]
    span: Span | None
    extension: Extension | None
    owner: PartyCode | None
    told: tuple[PartyCode, ...]
    kind: Kind
    warn_at: tuple[int, ...]
    consequence: str
    fed_by: str

    @property
    def active(self) -> bool:
        """Whether anything starts it."""
        return bool(self.starts)

    @property
    def duty(self) -> tuple[str, tuple[Token, ...], tuple[Token, ...]] | None:
        """What tells one duty from another: its rule, and what starts and ends it; None of what does not run."""
        return (self.ground.rule, self.starts, self.satisfied_by) if self.active else None

    @property
    def warns_only(self) -> bool:
        """Whether it never breaches, for it is less sure than a text that was seen, and nobody has confirmed it."""
        return self.ground.certainty != "seen" and not self.ground.confirmed_by

    @property
    def reason(self) -> Reason:
        """How messages name it."""
        return Reason(table=self.topic, version=self.version, row=self.id)

    @property
    def extended(self) -> Span | None:
        """The span with its whole extension."""
        if self.span is None or self.extension is None:
            return self.span
        return replace(self.span, limit=self.span.limit + self.extension.limit)

    def holds(self, day: date) -> bool:
        """Tell whether it is the law for what starts on a day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def events(self) -> frozenset[str]:
        """Return the types of all facts that it goes by."""
        extension = (self.extension.by,) if self.extension else ()
        return frozenset(token.event for token in (*self.starts, *self.satisfied_by, *self.stopped_by, *extension))


Editions: TypeAlias = tuple[Rule, ...]
"""All rows of one id, the oldest first."""


def by_event(editions: Iterable[Editions]) -> Mapping[str, frozenset[str]]:
    """Return for each type of fact the ids of the rows that go by it."""
    found: dict[str, set[str]] = {}
    for rows in editions:
        for rule in rows:
            for event in rule.events() if rule.active else ():
                found.setdefault(event, set()).add(rule.id)
    return {event: frozenset(ids) for event, ids in found.items()}
