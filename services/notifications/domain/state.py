"""The state of a case in notifications: who takes part in it, what was heard, and what each party was told."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Final, NamedTuple, TypeVar, cast
from uuid import UUID

import msgspec

from services.notifications.domain.participation import CHANGES, Taking, Takings, changed
from shared.contracts import message
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Message, part_name
from shared.contracts.model import Fact
from shared.contracts.topics import PARTIES, SUBJECT_STREAMS, inbox

WHEREABOUTS: Final = frozenset({"in-protection", "left-placement", "discharged"})
"""Notices that change what a party believes about where the child is."""


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """A fact of a subject stream; `command` is the id of the agency's command that it answers, where it does."""

    type: str
    at: datetime
    command: str = ""


class Story(message.Part, frozen=True):
    """What one subject stream told: its facts in order, and the parts of parties that they began and ended."""

    heard: tuple[Heard, ...] = ()
    takings: Takings = ()


S = TypeVar("S", bound=Story)


class Awaited(msgspec.Struct, frozen=True, array_like=True):
    """A referral that its party has not answered yet."""

    agency: PartyCode
    since: datetime
    answer_by: datetime


class Referrals(Story, frozen=True):
    """Stream `referrals`, with the referrals whose answer is awaited from somebody's hand."""

    awaited: dict[UUID, Awaited] = msgspec.field(default_factory=dict)


class Runs(msgspec.Struct, frozen=True, array_like=True):
    """A limit that is open: who must know of it, since when we know, when it is due, and what follows."""

    whom: tuple[PartyCode, ...]
    since: datetime
    due: datetime
    action: str


class Clocks(Story, frozen=True):
    """Stream `clocks`, with the limits that are open."""

    open: dict[UUID, Runs] = msgspec.field(default_factory=dict)


class Lacks(msgspec.Struct, frozen=True, array_like=True):
    """A hearing to which nobody goes with the child yet."""

    since: datetime
    companion_by: datetime


class Proceedings(Story, frozen=True):
    """Stream `proceedings`, with the hearings that lack a companion."""

    lacking: dict[UUID, Lacks] = msgspec.field(default_factory=dict)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """A notice in a mailbox."""

    id: str
    type: str
    at: datetime


class Mailbox(message.Part, frozen=True):
    """What one party was told of the case, in order; `morning` is when it was last told what is due."""

    notices: tuple[Kept, ...] = ()
    morning: datetime | None = None

    @property
    def in_protection(self) -> bool:
        """Whether the last that the party knows of the child's whereabouts is that it is in protection."""
        told = (kept.type for kept in reversed(self.notices) if kept.type in WHEREABOUTS)
        return next(told, "") == "in-protection"

    def get(self, notice: str) -> Kept | None:
        """Return the notice of an id, None where none was put here."""
        return next((kept for kept in self.notices if kept.id == notice), None)


EMPTY: Final = Mailbox()


class Deliveries(message.Part, frozen=True):
    """Which notices were processed and when, and when the party of a referral was last reminded."""

    processed: dict[str, datetime] = msgspec.field(default_factory=dict)
    reminded: dict[UUID, datetime] = msgspec.field(default_factory=dict)


class Case(message.State, frozen=True):
    """One case, without its mailboxes."""

    cases: Story = Story()  # one value as default, and not one made each time: so it is left out when stored
    referrals: Referrals = Referrals()
    proceedings: Proceedings = Proceedings()
    placements: Story = Story()
    clocks: Clocks = Clocks()
    deliveries: Deliveries = Deliveries()

    @property
    def takings(self) -> Takings:
        """All parts that parties have or had."""
        return tuple(chain.from_iterable(story.takings for _, story in self.stories()))

    @property
    def owner(self) -> str | None:
        """Who answers for the case now."""
        return next((t.party for t in reversed(self.referrals.takings) if t.way == "owner" and t.until is None), None)

    @property
    def participants(self) -> frozenset[str]:
        """Who takes part now."""
        return frozenset(taking.party for taking in self.takings if taking.until is None)

    def stories(self) -> Iterator[tuple[str, Story]]:
        """Return what each subject stream told."""
        for stream in SUBJECT_STREAMS:
            yield stream.name, getattr(self, part_name(stream.name))

    def mailbox(self, party: str) -> Mailbox:
        """Return what a party was told."""
        found: Mailbox = getattr(self, part_name(inbox(party)))
        return found

    def asked(self, party: str) -> Iterator[Taking]:
        """Return the referrals that a party was asked by, ended ones too, in their order."""
        return (t for t in self.referrals.takings if t.way == "asked" and t.party == party)

    def effects(self, command: str) -> int:
        """Count the facts heard that answer a command."""
        return sum(heard.command == command for _, story in self.stories() for heard in story.heard)


State: Final = cast(
    "type[Case]",
    msgspec.defstruct(
        "State",
        [(part_name(inbox(party)), Mailbox, EMPTY) for party in PARTIES],
        bases=(Case,),
        frozen=True,
        omit_defaults=True,
    ),
)
"""One case with a mailbox for each party of the directory."""


def heard(story: S, fact: Message) -> S:
    """Return the part of a subject stream with one more fact, and the parts of parties as the fact leaves them."""
    takings, body = story.takings, fact.body
    assert isinstance(body, Fact)
    for change in CHANGES.get(type(body), ()):
        takings = changed(takings, change, fact)
    command = fact.causation if fact.cause_agency else ""
    told = (*story.heard, Heard(body.type, fact.time, command))
    return msgspec.structs.replace(story, heard=told, takings=takings)


class FactRow(NamedTuple):
    """A fact that was heard: the `number`th of its stream. What is not in a mailbox was withheld from its party."""

    subject: UUID
    stream: str
    number: int
    type: str
    recorded_at: datetime


def fact_rows(subject: UUID, state: Case) -> Iterator[FactRow]:
    """Return the read rows of what was heard."""
    for stream, story in state.stories():
        for number, one in enumerate(story.heard, 1):
            yield FactRow(subject, stream, number, one.type, one.at)
