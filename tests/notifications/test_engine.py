"""Notifications on the engine: what really lies in the log, what is read back from it, and commands by mailbox."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared.contracts import cases, commands, placements, referrals
from shared.contracts.codec import decode_fact
from shared.contracts.envelope import Envelope, envelope_of, headers_of
from shared.contracts.message import Say
from shared.contracts.model import UNSEALED, Command, Fact, Reason
from shared.contracts.topics import inbox
from shared.runtime.arrival import DueCome, arrive
from shared.runtime.books import EntryCodec, named
from shared.runtime.chance import seeded
from shared.runtime.changes import SaidRow
from shared.runtime.fold import Fold
from shared.runtime.memory import MemoryBooks, Tables
from shared.runtime.record import Record
from shared.runtime.wiring import Wiring
from tests.harness import CASE
from tests.notifications.city import BOY, HOUSE, id_of, notifications
from tests.runtime.speaker import KEY, Speaker
from tests.runtime.toy import START

DOMAIN = notifications()


class Running:
    """Notifications on books in memory, with the three services and the agencies that it hears."""

    def __init__(self) -> None:
        self.wiring, self.tables, self.chance, self.now = Wiring(DOMAIN, KEY), Tables(), seeded(11), START
        self.books = EntryCodec(self.wiring)
        self.intake = Speaker("intake", ("cases", "case-keys", "answers.intake"))
        self.routing = Speaker("routing", ("referrals", "proceedings", "answers.routing"), "referrals")
        self.shelter = Speaker("shelter", ("placements", "answers.shelter"), "placements")
        self.log: list[Record] = []

    def reads(self, *records: Record) -> None:
        """A turn over records."""
        self.log += records
        self._turn([arrive(record, self.wiring) for record in records])

    def later(self, time: timedelta) -> None:
        """Time passes, and what is due comes."""
        self.now += time
        self._turn([DueCome(subject) for subject in self.tables.due(self.now)])

    def _turn(self, arrivals: list[Any]) -> None:
        books = MemoryBooks(self.tables, self.wiring, self.books, self.now)
        fold = Fold(self.wiring, books.read(named(arrivals)), self.chance, raises=True)
        fold.take(arrivals)
        books.write(fold.finish())
        self.now += timedelta(seconds=1)

    def hears_of_a_child(self, case: UUID = CASE) -> None:
        """A child is found by the police, owned by Dinsos, referred to the narcotics board, and sheltered."""
        report = {"report": id_of("report"), "source": "police", "reported_by": "polresta", "about_child": UNSEALED}
        self.reads(*self.intake.says(case, Say(_fact(cases.ChildIdentified, **report), about=BOY)))
        self.reads(*self.routing.says(case, _fact(referrals.CaseOwned, owner="dinsos", cause="identified")))
        self.routing.entries[case].key, self.routing.entries[case].kid = self.intake.entries[case].key, "k"
        asked = {
            "referral": id_of(f"bnnk {case}"), "agency": "bnnk", "service": "rehabilitation-napza",
            "answer_by": self.now + timedelta(hours=10), "about_child": UNSEALED,
            "reason": Reason(table="referrals", version="2026-1", row="row-1"),
        }  # fmt: skip
        self.reads(*self.routing.says(case, Say(_fact(referrals.Referred, **asked), about=BOY)))
        stay = {"stay": id_of("stay"), "house": HOUSE, "referral": id_of("dinsos")}
        self.reads(*self.shelter.says(case, _fact(placements.AdmittedToRpsa, **stay)))

    def mail(self, party: str) -> list[tuple[Envelope, Fact]]:
        """What lies in a party's mailbox, read as its own system reads it."""
        rows = sorted((r for r in self.tables.said.values() if r.stream == inbox(party)), key=lambda r: r.id)
        return [(envelope, self._fact(envelope, row)) for row in rows for envelope in [envelope_of(_headers(row))]]

    def _fact(self, envelope: Envelope, row: SaidRow) -> Fact:
        return decode_fact(envelope.type, envelope.version, row.data, envelope.variant)

    def asks(self, agency: str, command: Command, token: str, subject: UUID | None = None) -> None:
        """A command in an agency's mailbox that copies the opaque `ce_after` of a notice."""
        envelope = Envelope(
            id=str(uuid4()), type=command.type, source=f"/agencies/{agency}", time=self.now, token=token,
            subject=str(subject) if subject else None,
        )  # fmt: skip
        data = command.model_dump_json(exclude_none=True).encode()
        self.reads(Record(f"agency.{agency}.out", 0, 0, self.now, [*headers_of(envelope)], data))


def _fact(type_: type[Fact], **fields: Any) -> Fact:
    return type_(occurred_at=START, **fields)


def _headers(row: SaidRow) -> list[tuple[str, bytes]]:
    return [(name, bytes(value)) for name, value in msgspec.msgpack.decode(row.headers)]


@pytest.fixture
def running() -> Running:
    running = Running()
    running.hears_of_a_child()
    return running


def confirm(notice: str) -> commands.ConfirmProcessed:
    return commands.ConfirmProcessed(occurred_at=START, notice=notice)


def test_a_notice_lies_in_the_log_under_the_events_own_name_and_says_that_it_is_a_notice(running: Running) -> None:
    envelope, body = running.mail("bnnk")[0]

    assert envelope.full_type == "senandung.referred.v1"
    assert envelope.schema == "urn:senandung:schema:referred:v1:notice"
    assert envelope.subject == str(id_of(f"bnnk {CASE}"))
    assert (envelope.sequence, envelope.previous) == (1, "")
    assert body.model_dump(exclude_unset=True)["about_child"] == {
        "age_years": 15, "sex": "male", "home_area": "64.71.05.1009", "category": "NAPZA",
    }  # fmt: skip


def test_notices_count_up_for_each_subject_in_each_mailbox(running: Running) -> None:
    (first, _), (second, body) = running.mail("bnnk")

    assert body.type == "in-protection"
    assert (second.sequence, second.previous, second.subject) == (2, first.id, first.subject)


def test_no_header_and_no_data_of_a_mailbox_could_be_joined_with_another(running: Running) -> None:
    """R120: not the case, not the fact, not its correlation, not its trace, not its order in the stream."""
    heard = [envelope_of(record.headers) for record in running.log]
    common = {str(CASE), *(e.id for e in heard), *(e.trace[3:35] for e in heard), *(e.correlation for e in heard)}
    row = next(r for r in running.tables.said.values() if r.stream == inbox("bnnk"))
    text = " ".join((*(f"{name}={value.decode()}" for name, value in _headers(row)), row.data.decode()))

    assert not [id_ for id_ in common - {"", "c"} if id_ in text]
    assert len({envelope.correlation for envelope, _ in running.mail("bnnk") + running.mail("dinsos")}) == 2


def test_a_confirmation_finds_its_case_by_the_opaque_token_alone(running: Running) -> None:
    envelope, _ = running.mail("bnnk")[0]

    running.asks("bnnk", confirm(envelope.id), envelope.token)

    told, body = running.mail("bnnk")[-1]
    assert (body.type, told.subject) == ("command-accepted", str(id_of(f"bnnk {CASE}")))
    assert [r.type for r in running.tables.said.values() if r.stream == "deliveries"] == ["notice-processed"]


def test_a_confirmation_finds_its_case_by_the_referral_too(running: Running) -> None:
    running.asks("bnnk", confirm(running.mail("bnnk")[0][0].id), "", id_of(f"bnnk {CASE}"))

    assert running.mail("bnnk")[-1][1].type == "command-accepted"


def test_a_refused_confirmation_is_told_in_the_mailbox_of_its_sender(running: Running) -> None:
    others, _ = running.mail("bnnk")[0]
    own, _ = running.mail("polresta")[0]

    running.asks("polresta", confirm(others.id), own.token)

    envelope, body = running.mail("polresta")[-1]
    assert (body.type, getattr(body, "code", "")) == ("command-refused", "unknown-notice")
    assert envelope.causation == getattr(body, "command", "")


def test_two_cases_that_a_party_cannot_name_do_not_meet_in_its_mailbox(running: Running) -> None:
    other = uuid4()
    running.hears_of_a_child(other)

    subjects = [(envelope.subject, envelope.sequence) for envelope, _ in running.mail("bnnk")]
    assert subjects == [(str(id_of(f"bnnk {case}")), n) for case in (CASE, other) for n in (1, 2)]


def test_reminders_come_by_the_engines_own_clock(running: Running) -> None:
    for _ in range(12):
        running.later(timedelta(hours=1))

    assert [body.type for _, body in running.mail("bnnk")].count("reminder") == 2


def test_what_is_read_back_from_the_log_makes_the_same_state_and_says_nothing_twice(running: Running) -> None:
    """After a restore: own streams first, then what was heard; the same rows, and not one message more."""
    running.later(timedelta(hours=6))
    running.asks("bnnk", confirm(running.mail("bnnk")[0][0].id), running.mail("bnnk")[0][0].token)
    own = [
        Record(row.stream, row.partition, n, running.now, [*_headers(row)], row.data)
        for n, row in enumerate(running.tables.said.values())
    ]

    restored = Running()
    restored.reads(*[r for r in running.log if r.topic == "case-keys"])
    for record in (*own, *[r for r in running.log if not r.topic.endswith(".out") and r.topic != "case-keys"]):
        restored.reads(record)

    assert restored.tables.said == {}
    assert restored.tables.waiting == {}
    assert restored.tables.rows == running.tables.rows
