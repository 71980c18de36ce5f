"""What every story stands on: the running city, its agencies and officers, and the teller."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol

from aiokafka import AIOKafkaProducer

from deploy.demo.agency import Agency
from deploy.demo.line import Line
from deploy.demo.officer import Answer, Officer
from deploy.demo.tell import Teller
from deploy.demo.watch import Watch
from services.intake import box
from shared.contracts.directory import Directory
from shared.contracts.message import Caller
from shared.contracts.model import Sealed
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import KafkaSettings

WITA: Final = timezone(timedelta(hours=8))
BARU_ULU: Final = "64.71.02.1003"
"""The kelurahan where the children of the stories are found; the community PAPB has its seat there (R105)."""
SAMARINDA: Final = "64.72"

CHILDREN: Final = {
    "elder": {"name": "Wirasenandika Rekaanjaya", "nik": "6471991203170001", "birth_date": "2017-03-12", "sex": "male"},
    "younger": {"name": "Kiranantaraja Rekaanjaya", "alias": "Nantakecil"},
    "boy": {"name": "Arkadewangga Contohansyah", "nik": "6471990506110002", "birth_date": "2011-06-05", "sex": "male"},
    "toddler": {"name": "Melatisarining Umpamawati", "guardian": "Sukmaweningsih Umpamawati"},
}
"""Invented children; the kecamatan of every NIK is 99, which does not exist. Words too long to arise by chance."""


class WrongAnswerError(RuntimeError):
    """Something got another answer than it must; the message says which."""


def secrets_of_children() -> tuple[str, ...]:
    """Every word of an identity by which a child could be known."""
    fields = ("name", "alias", "guardian", "nik")
    words = {word for child in CHILDREN.values() for name in fields for word in child.get(name, "").split()}
    return tuple(sorted(words))


class City(Protocol):
    """A city that runs, wherever it does. `keys` is the folder of its secrets."""

    keys: Path

    @property
    def kafka_settings(self) -> KafkaSettings:
        """What clients of its brokers are made from."""
        ...

    def url(self, service: str) -> str:
        """Where a service answers by HTTP."""
        ...

    def kill(self, service: str) -> None:
        """Crash a service: kill -9."""
        ...

    def launch(self, service: str) -> object:
        """Start it again; it may not be ready yet."""
        ...


@dataclass(slots=True)
class Stage:
    """Shared by the stories. `night` is 22:00 in Balikpapan of the last night that is over."""

    city: City
    watch: Watch
    producer: AIOKafkaProducer
    teller: Teller
    night: datetime = field(default_factory=lambda: last_night(datetime.now(UTC)))
    known: dict[str, Agency] = field(default_factory=dict)
    by_http: list[tuple[str, str]] = field(default_factory=list)
    """Agency and key of every command that officers sent."""

    def agency(self, code: str) -> Agency:
        """One of the 23."""
        return self.known.setdefault(code, Agency(code, self.watch, self.producer))

    def officer(self, agency: str, role: str = "officer") -> Officer:
        """Somebody of an agency, under a pseudonym."""
        services: dict[str, str] = {name: self.city.url(name) for name in SERVICES}
        return Officer(Caller(agency, role, "petugas-1"), services, self.city.keys, self.by_http)

    async def limits(self, case: str, rows: Collection[str], until: Collection[str]) -> None:
        """Show what the stream `clocks` says of some rows of law, once those of `until` are met."""

        def of_these(line: Line) -> bool:
            return line.topic == "clocks" and line.subject == case and line.text("rule.row") in rows

        await self.watch.all(
            lambda line: of_these(line) and line.type == "clock-satisfied" and line.text("rule.row") in until,
            f"the end of {', '.join(until)} in clocks", len(until),
        )  # fmt: skip
        for line in filter(of_these, self.watch.lines):
            self.teller.limit(line)

    def sealed(self, child: str) -> Sealed:
        """A child's identity, sealed to intake's public key by whoever sends it."""
        key = json.loads((self.city.keys / "directory.json").read_text())["intake"]
        public = urlsafe_b64decode(key["x25519"] + "=")
        return box.seal(json.dumps(CHILDREN[child]).encode(), key["kid"], public)

    def answered(self, answer: Answer, act: str, code: str = "") -> None:
        """Tell what a service answered by HTTP; `code` is the refusal expected. Raises `WrongAnswerError`."""
        got = answer.text("code")
        if got != code or (not code and answer.status != HTTPStatus.OK):
            raise WrongAnswerError(f"{act} was answered {answer.status} {got}, not {code or 200}: {answer.body}")
        if not code:
            self.teller.says(f"HTTP {answer.status} {act}: berlaku.", "It took effect.")
            return
        sentence = Directory.load(datetime.now(UTC).date()).reason(code)
        self.teller.says(
            f"HTTP {answer.status} {act}: {sentence.sentence.into('id')} [{code}, {sentence.record.rule}]",
            answer.text("detail"),
        )


def now() -> datetime:
    """This moment, as people in Balikpapan write it."""
    return datetime.now(WITA)


def last_night(moment: datetime) -> datetime:
    """22:00 in Balikpapan of the last night whose morning has come."""
    local = moment.astimezone(WITA)
    day = local.date() - timedelta(days=1 if local.hour >= 6 else 2)
    return datetime(day.year, day.month, day.day, 22, tzinfo=WITA)
