"""The stage: the four services as they are deployed, on one virtual clock, with what they say written down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from importlib.resources.abc import Traversable
from typing import Any, Final, NamedTuple

import msgspec

from deploy.rehearsal.script import Act, ScriptError
from services.intake.domain import domain as intake
from services.intake.policy import Policy
from services.notifications.domain import Readers
from services.notifications.domain import domain as notifications
from services.notifications.policy import reminders
from services.routing.domain import domain as routing
from services.routing.law import WITA, Law
from services.routing.policy import Policies
from services.shelter import data
from services.shelter.domain import domain as shelter
from shared.contracts.directory import Directory
from shared.contracts.envelope import Envelope, envelope_of, headers_of
from shared.contracts.message import Domain
from shared.contracts.profiles import Profiles
from shared.contracts.topics import SUBJECT_STREAMS, outbox
from shared.runtime.chance import seeded
from shared.runtime.changes import SaidRow
from shared.runtime.rehearsal.city import City
from shared.runtime.rehearsal.log import Log
from shared.runtime.rehearsal.weather import Weather, publish
from shared.runtime.wiring import Wiring

TOLD: Final = frozenset({stream.name for stream in SUBJECT_STREAMS})
_KEY: Final = bytes(32)
"""Of the opaque tokens in mailboxes, which nobody reads here."""


class Told(NamedTuple):
    """An event as it was said, and the name of its subject."""

    stream: str
    envelope: Envelope
    data: dict[str, Any]
    child: str

    def cloudevent(self) -> dict[str, Any]:
        """In the structured form, as it came in; the name stands for the subject where the file gave one."""
        envelope = self.envelope
        return {
            "specversion": "1.0",
            "id": envelope.id,
            "type": envelope.full_type,
            "source": envelope.source,
            "time": envelope.time.isoformat(),
            "subject": self.child or envelope.subject,
            "stream": self.stream,
            "causationid": envelope.causation,
            "data": self.data,
        }


class Notebook(Weather):
    """Calm weather, in which all that is said of children is noted, and what became of each command."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Envelope, dict[str, Any]]] = []

    def send(self, _service: str, log: Log, row: SaidRow) -> bool:
        """Publish a fact, and note it."""
        publish(log, row)
        if row.stream in TOLD or row.stream.startswith("answers."):
            envelope = envelope_of(msgspec.msgpack.decode(row.headers))
            self.said.append((row.stream, envelope, msgspec.json.decode(row.data)))
        return True


class Stage:
    """Plays acts one after another, in the order of their times. `seed` draws all ids."""

    def __init__(self, begin: datetime, *, law: Traversable | None = None, policy: str = "", seed: int = 1) -> None:
        self.notes = Notebook()
        self.city = City(_wirings(begin, law, policy), seeded(seed), begin, self.notes)
        self.subjects: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.told = 0
        self.facts: dict[str, list[dict[str, Any]]] = {}

    def play(self, act: Act) -> Iterator[Told]:
        """Let time pass until an act, do it, and return all that was said meanwhile and upon it."""
        yield from self.wait(act.at)
        subject = self.subjects.get(act.child, act.child)
        envelope = Envelope(
            id=act.id, type=act.type, source=f"/agencies/{act.agency}", time=act.at,
            subject=None if act.type == "report-child" else subject,
        )  # fmt: skip
        data = msgspec.json.encode(self._filled(act, act.data, subject))
        self.city.post(outbox(act.agency), list(headers_of(envelope)), data)
        yield from self._news(act)

    def wait(self, until: datetime) -> Iterator[Told]:
        """Let time pass, and return all that is said meanwhile."""
        self.city.until(until)
        yield from self._news()

    def _news(self, act: Act | None = None) -> Iterator[Told]:
        for stream, envelope, fact in self.notes.said[self.told :]:
            subject = envelope.subject or ""
            if act and act.child and envelope.type == "child-identified" and envelope.causation == act.id:
                self._name(act.child, subject)
            self.facts.setdefault(subject, []).append(fact)
            yield Told(stream, envelope, fact, self.names.get(subject, ""))
        self.told = len(self.notes.said)

    def _name(self, name: str, subject: str) -> None:
        """The first child of a report has the name itself; the next are `siti/2`, `siti/3`."""
        count = 1 + sum(other.partition("/")[0] == name for other in self.subjects)
        own = name if count == 1 else f"{name}/{count}"
        self.subjects[own], self.names[subject] = subject, own

    def _filled(self, act: Act, value: Any, subject: str) -> Any:  # JSON of any shape
        if isinstance(value, dict):
            return {name: self._filled(act, part, subject) for name, part in value.items()}
        if isinstance(value, list):
            return [self._filled(act, part, subject) for part in value]
        return self._meant(act, value[1:], subject) if isinstance(value, str) and value.startswith("@") else value

    def _meant(self, act: Act, word: str, subject: str) -> str:
        field, _, among = word.partition("/")
        for fact in reversed(self.facts.get(subject, [])):
            if field in fact and (not among or among in fact.values()):
                return str(fact[field])
        raise ScriptError(f"{act.place}: nothing was said yet that @{word} could mean; move the line further down.")


def _wirings(begin: datetime, law: Traversable | None, policy: str) -> list[Wiring]:
    directory = Directory.load(begin.astimezone(WITA).date())
    parties = {party.code: party.profile for party in directory.parties}
    domains = (
        intake(directory, Policy.load()),
        routing(policies=Policies.load(directory, policy), directory=directory, law=Law.load(law)),
        shelter(data.houses(), data.limits()),
        notifications(Readers(Profiles.load(), parties), reminders()),
    )
    return [Wiring(_unshown(domain), _KEY, sentence=directory.sentences) for domain in domains]


def _unshown(domain: Domain) -> Domain:
    """A service whose pages nobody looks at: rows are made only where its cases share them."""
    return domain if domain.shared else replace(domain, rows=lambda *_: ())
