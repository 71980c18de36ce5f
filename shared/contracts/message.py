"""What a service's functions take and give: messages in; facts, refusals and deadlines out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, cast
from uuid import UUID

import msgspec

from shared.contracts.directory.codes import PartyCode, RefusalCode
from shared.contracts.model import AboutChild, Body, Command, Fact


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a case's state in one service: what one stream's facts have made of it. Never changed in place."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of a case in one service: one `Part` for each stream, in a field named like it (`-` and `.` as `_`)."""


class Deadline(msgspec.Struct, frozen=True):
    """What a state waits for; when its time has come it is a message itself."""


class Woken(Deadline, frozen=True):
    """Something shared changed for the better (a bed is free): look again."""


class Caller(NamedTuple):
    """Who sent a command, from a verified credential or the mailbox it came by; never from its body."""

    agency: str
    role: str
    officer: str

    @property
    def actor(self) -> str:
        """As in `ce_actor`: agency/role/pseudonym."""
        return f"{self.agency}/{self.role}/{self.officer}"

    @property
    def party(self) -> PartyCode:
        """The agency or community: the credential or the mailbox has vouched that it is one."""
        return cast("PartyCode", self.agency)

    def acts_as(self, roles: frozenset[str]) -> bool:
        """Tell whether it may act in one of `roles`: an agency's own system has all the rights of its agency."""
        return self.role == "system" or self.role in roles


NOBODY: Final = Caller("", "", "")

Rows: TypeAlias = Iterable[Any]
"""NamedTuples, each of a class that the service's `tables` names; the whole read model of one case."""


def _no_draw() -> UUID:
    message = "this message draws no ids"
    raise RuntimeError(message)


NOTHING_ABOUT: Final = AboutChild()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """An event heard, a command or a deadline that has come, about one subject.

    `body` is a `Fact`, a `Command` or a `Deadline`; the rest is what stands around it:

    - of a fact: its `id`, the `stream` it was said in, its opened `about_child` as `about`, who acted (`actor`, as
      agency/role/pseudonym), and the message that it followed from (`causation`);
    - of a command: its `id`, and its `caller`. One about several children is decided once for each: `subjects` are
      all of them, `index` which one this is;
    - of any: `time`, when it was recorded, and `correlation`, which all that follows from one message shares;
    - `shared`: all rows of the tables that cases share (see `Shared`), as they are in this turn;
    - `draw`: gives a fresh random id, the only chance in a decision.
    """

    body: Body | Deadline
    subject: UUID
    id: str = ""
    time: datetime
    stream: str = ""
    about: AboutChild = NOTHING_ABOUT
    caller: Caller = NOBODY
    index: int = 0
    subjects: tuple[UUID, ...] = ()
    shared: Sequence[Any] = ()
    draw: Callable[[], UUID] = _no_draw
    correlation: str = ""
    causation: str = ""
    actor: str = ""

    @property
    def cause_agency(self) -> str:
        """Whose command a fact answers directly, or an empty text; `causation` is then that command's id."""
        agency = self.actor.partition("/")[0]
        return "" if agency == "service" else agency


@dataclass(frozen=True, slots=True)
class Say:
    """A fact to be said, with what a bare body cannot hold.

    `about` is sealed into the body's `about_child` by the engine: build the body with `UNSEALED` there.
    `stream` overrides the stream that the body's type belongs to; `alias` is the subject under which a mailbox sees
    the case. In a mailbox, `actor` and `causation` are given only as far as the profile allows; elsewhere the engine
    knows them.
    """

    body: Fact
    about: AboutChild | None = None
    stream: str = ""
    alias: UUID | None = None
    actor: str = ""
    causation: str = ""


Said: TypeAlias = Say | Fact
Events: TypeAlias = Sequence[Said]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command takes no effect. `who_could` names agencies, or roles of the case, that could do it."""

    code: RefusalCode
    who_could: tuple[str, ...] = ()


Decide: TypeAlias = Callable[[Any, Message, datetime], Events | Refusal]
"""(state, message, now) -> the facts that follow, or a refusal. Pure: no I/O, no clock, no randomness of its own."""

Evolve: TypeAlias = Callable[[Any, Message], Any]
"""(part, fact) -> the part as the fact leaves it. Total: a fact that was said never fails here."""


@dataclass(frozen=True, slots=True)
class Table:
    """A read table: its name, how many leading columns are its primary key (the first is always the subject)."""

    name: str
    key: int = 1


@dataclass(frozen=True, slots=True)
class Shared:
    """What cases share, such as beds: rows read whole under the locks `locks` by any turn that has a `user` message.

    `users` are the body types whose decision reads `message.shared`. `wakes` tells, from the rows before and after a
    turn, which subjects should look again; each then gets a `Woken` in a turn of its own.
    """

    rows: tuple[type, ...]
    users: frozenset[type]
    locks: tuple[str, ...]
    wakes: Callable[[Sequence[Any], Sequence[Any]], set[UUID]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A service as pure functions; the engine does everything else.

    `decides` maps each body type (fact, command, deadline) to the function that decides upon it; a type that is not
    there is only evolved. `evolves` maps fact types to the function that changes the part of that stream.
    `rows` gives all read rows of a case; `aliases` the other ids under which commands may name it (referral ids).
    `opens` tells for a command without a subject how many new subjects it opens.
    `fold` numbers how facts become states and rows: raised where the same facts make others, for then stored tables
    must be rebuilt.
    `streams` maps a fact type to the stream it is said in (mailbox notices name theirs in `Say`).
    """

    name: str
    state: type[State]
    speaks: tuple[str, ...]
    hears: tuple[str, ...]
    streams: Mapping[type[Fact], str]
    evolves: Mapping[type[Fact], Evolve]
    decides: Mapping[type, Decide]
    deadlines: Callable[[Any], Mapping[Deadline, datetime]]
    rows: Callable[[UUID, Any], Rows]
    tables: Mapping[type, Table]
    aliases: Callable[[Any], Iterable[UUID]] = lambda _: ()
    opens: Callable[[Command], int] = lambda _: 1
    shared: Shared | None = None
    fold: int = 1

    @property
    def commands(self) -> frozenset[str]:
        """Names of the command types that this service decides."""
        return frozenset(t.type for t in self.decides if issubclass(t, Command))


@cache
def part_name(stream: str) -> str:
    """The field of a `State` that a stream's facts change: `answers.intake` -> `answers_intake`."""
    return stream.replace("-", "_").replace(".", "_")
