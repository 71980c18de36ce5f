"""What must hold when nothing is left to do: everything said is everywhere, and everybody agrees."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from services.routing.domain.clock import ClockRow
from shared.contracts.codec import decode_fact
from shared.contracts.commands import ConfirmProcessed
from shared.contracts.envelope import Envelope, envelope_of
from shared.contracts.message import Message
from shared.contracts.model import AboutChild, Sealed
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.sealing import open_sealed
from shared.contracts.topics import PARTIES, inbox
from shared.runtime.arrival import FactCome, arrive
from shared.runtime.record import Record
from shared.runtime.rehearsal.member import Member
from shared.runtime.speech import evolved
from tests.simulation.agencies import Agencies, Sent
from tests.simulation.garbage import Rubbish
from tests.simulation.services import packaged
from tests.simulation.violation import check
from tests.simulation.witness import UNNUMBERED, Witness

APART = frozenset({"B", "B-min", "B-parent", "D", "E", "K"})
"""Profiles that never see the id of a case, so that no two of them can join what they know (R120)."""


def settled(witness: Witness) -> None:
    """All is published, read and agreed upon, though time has not passed yet."""
    members = witness.city.members.values()
    for member in members:
        check(not member.tables.outbox, "nothing accepted is lost", f"{member.name} has not published all")
        waiting = [(w.why, w.subject, w.record.topic, w.record.offset) for w in member.tables.waiting.values()]
        check(not waiting, "nothing waiting", f"{member.name}: {waiting}")
        check(not member.tables.submitted, "each command has one outcome", f"{member.name} has undecided commands")
        check(not member.tables.wakes, "nothing waiting", f"{member.name} has not looked again")
    _everywhere(witness)
    _agreed(witness, list(members))
    witness.limits.agree(witness.city.members["routing"].tables.rows.get(ClockRow, {}).values())
    apart = witness.children.separated()
    check(not apart, "siblings together or not at all", f"some of {apart} wait for a bed and some have one")
    needless = witness.children.needless()
    check(not needless, "nobody waits for a free bed", needless)


def ended(witness: Witness) -> None:
    """All time limits have passed."""
    for member in witness.city.members.values():
        _rebuilt(member, witness.order)
        check(member.tables.next_due() is None, "every deadline met, fired or gone", f"{member.name} still waits")
    witness.limits.ended(witness.city.now)
    children = witness.children
    for child in children.identified - children.closed:
        check(child in children.owner, "an owner for every open case", child)
    begun = children.open_things()
    for child in children.closed:
        check(not begun.get(child), "nothing begun in a closed case", f"{child}: {begun.get(child)}")


# -- the same everywhere -------------------------------------------------------------------------------------------


def _everywhere(witness: Witness) -> None:
    """Each fact that was committed lies in its topic, and in no other form."""
    there = {
        (record.topic, record.header("ce_id")): record
        for records in witness.city.log.places.values()
        for record in records
    }
    for chains in witness.said.values():
        for row in (row for rows in chains.values() for row in rows):
            record = there.get((row.stream, str(row.id)))
            check(record is not None and record.value == row.data, "nothing accepted is lost", f"{row.type} {row.id}")


def _agreed(witness: Witness, members: list[Member]) -> None:
    """Each hearer has applied exactly what each speaker has said."""
    heads: dict[tuple[str, UUID], bytes] = {}
    for chains in witness.said.values():
        for rows in (rows for (stream, _), rows in chains.items() if stream != UNNUMBERED):
            for row in rows:
                chain = f"{row.stream}/{row.subject}" if row.stream.startswith("agency.") else row.stream
                heads[chain, row.owner] = heads.get((chain, row.owner), b"") + row.id.bytes
    for member in members:
        heard = {key: ids for key, ids in heads.items() if key[0].partition("/")[0] in member.wiring.heard}
        has = {(chain, key): ids for key, entry in _entries(member) for chain, ids in entry.chains.items()
               if chain != UNNUMBERED}  # fmt: skip
        lone = {key: ids for key, ids in heard.items() if key not in has}
        unknown = [key for key in lone if key[0] not in _answers(member)]
        check(not unknown, "all services agree", f"{member.name} never heard {unknown[:3]}")
        wrong = [key for key, ids in has.items() if heads.get(key) != ids]
        check(not wrong, "all services agree", f"{member.name} has another {wrong[:3]}")


def _answers(member: Member) -> Iterable[str]:
    """Outcomes of commands that name no case are nobody's state but of those who hear them."""
    return (member.wiring.answers,)


def _entries(member: Member) -> Iterator[tuple[UUID, Any]]:
    for key, (doc, _) in member.tables.subjects.items():
        yield key, member.codec.decode(doc)


def _rebuilt(member: Member, order: Mapping[str, int]) -> None:
    """The state and the rows are what the facts alone make of them, read stream after stream."""
    wiring, parts = member.wiring, frozenset(member.wiring.domain.state.__struct_fields__)
    states: dict[UUID, Any] = defaultdict(wiring.domain.state)
    for come, message in _facts(member, order):
        states[come.subject] = evolved(wiring, parts, states[come.subject], message)
    for key, entry in _entries(member):
        check(entry.state == states[key], "a state is what its facts make", f"{member.name} {key}")
    made = {row for key, state in states.items() for row in wiring.domain.rows(key, state)}
    kept = {row for rows in member.tables.rows.values() for row in rows.values()}
    check(made == kept, "a state is what its facts make", f"{member.name}: rows {list(made ^ kept)[:3]}")


def _facts(member: Member, order: Mapping[str, int]) -> Iterator[tuple[FactCome, Message]]:
    """Each fact that a service hears, once: one stream after another, each in the order in which it was said."""
    found: dict[str, FactCome] = {}
    for place, records in member.log.places.items():
        if place[0] in member.wiring.heard:
            comes = (arrive(record, member.wiring) for record in records)
            found |= {come.envelope.id: come for come in comes if isinstance(come, FactCome)}
    keys = {key: entry.key for key, entry in _entries(member)}
    for come in sorted(found.values(), key=lambda come: (come.stream, order[come.envelope.id])):
        yield come, _message(come, keys.get(come.subject, b""))


def _message(come: FactCome, key: bytes) -> Message:
    envelope = come.envelope
    body = decode_fact(envelope.type, envelope.version, come.record.value or b"", envelope.variant)
    sealed = getattr(body, "about_child", None)
    about = open_sealed(come.subject, envelope.id, key, sealed) if isinstance(sealed, Sealed) else AboutChild()
    return Message(
        body=body, subject=come.subject, id=envelope.id, time=envelope.time, stream=come.stream, about=about,
        correlation=envelope.correlation, causation=envelope.causation, actor=envelope.actor,
    )  # fmt: skip


# -- what agencies have got ----------------------------------------------------------------------------------------


def mailboxes(witness: Witness) -> None:
    """Each mailbox counts its children's notices without a hole, and those who must not join what they know cannot."""
    known: dict[bytes, str] = {}
    for party in PARTIES:
        records = witness.city.log.places.get((inbox(party), 0), [])
        _dense(party, records)
        if packaged().directory.party(party).profile in APART:
            _discreet(party, records, witness.children.identified)
            _joins_nothing(party, records, known)


def _dense(party: str, records: Iterable[Record]) -> None:
    chains: dict[str, dict[int, Envelope]] = defaultdict(dict)
    for envelope in (envelope_of(record.headers) for record in records):
        other = chains[envelope.subject or ""].setdefault(envelope.sequence, envelope)
        check(other.id == envelope.id, "every mailbox dense", f"{party}: two notices have a number")
    for subject, notices in chains.items():
        ids = [notices[number].id if number in notices else "?" for number in range(1, len(notices) + 1)]
        before = [notices[number].previous for number in sorted(notices)]
        check(before == ["", *ids[:-1]], "every mailbox dense", f"{party}: {subject}")


def _discreet(party: str, records: Iterable[Record], children: Iterable[UUID]) -> None:
    ids = [text for child in children for text in (str(child).encode(), child.hex.encode(), child.bytes)]
    for record in records:
        for part in (record.value or b"", *(value or b"" for _, value in record.headers)):
            shown = [text for text in ids if text in part]
            check(not shown, "no case id where none belongs", f"{party}: {record.offset}")


TELLING = frozenset(
    {"ce_id", "ce_subject", "ce_previous", "ce_after", "ce_correlationid", "ce_causationid", "traceparent"}
)


def _joins_nothing(party: str, records: Iterable[Record], known: dict[bytes, str]) -> None:
    """No header by which two of these parties could find that they read of the same child."""
    for record in records:
        for name, value in record.headers:
            if name in TELLING and value:
                other = known.setdefault(value[3:35] if name == "traceparent" else value, party)
                check(other == party, "no case id where none belongs", f"{party} and {other} share {name}")


def outcomes(witness: Witness, agencies: Agencies) -> None:
    """Each command that arrived has one outcome, and its agency has been told of it in its mailbox."""
    told = {party: list(_told(witness.city.log.places.get((inbox(party), 0), []))) for party in PARTIES}
    answers = {t.id for each in told.values() for t in each if isinstance(t.body, CommandAccepted | CommandRefused)}
    for sent in (sent for sent in agencies.sent.values() if sent.at):
        mine = [
            notice for notice in told[sent.agency] if sent.id in {notice.causation, getattr(notice.body, "command", "")}
        ]
        confirms = isinstance(sent.command, ConfirmProcessed) and sent.command.notice in answers
        _outcome(witness, sent, mine, silent=confirms)


class Told(NamedTuple):
    """What stands in a mailbox; `causation` is the command that it answers."""

    id: str
    causation: str
    body: Any


def _told(records: Iterable[Record]) -> Iterator[Told]:
    for record in records:
        envelope = envelope_of(record.headers)
        body = decode_fact(envelope.type, envelope.version, record.value or b"", envelope.variant)
        yield Told(envelope.id, envelope.causation, body)


def _outcome(witness: Witness, sent: Sent, told: list[Told], *, silent: bool) -> None:
    """`silent`: to confirm an outcome is not answered, for that would never end."""
    name, which = "each command has one outcome", f"{sent.agency} {sent.type} {sent.id}"
    code = witness.answered.get((sent.decider, f"/agencies/{sent.agency}", sent.id))
    check(code is not None, name, f"{which}: none")
    refused = {notice.body.code for notice in told if isinstance(notice.body, CommandRefused)}
    expected = {code} if code else set()
    reused = {"same-key-other-body"} if sent.reused else set()
    check(expected <= refused <= expected | reused, name, f"{which}: {code!r}, but told {refused}")
    firsts = [n for n in told if not (isinstance(n.body, CommandAccepted) and n.body.repeated)]
    check(bool(firsts) or silent, name, f"{which}: nobody told its agency")
    accepted = {notice.id for notice in firsts if isinstance(notice.body, CommandAccepted)}
    check(len(accepted) <= 1, name, f"{which}: accepted {len(accepted)} times")


def rubbish(witness: Witness, thrown: Iterable[Rubbish]) -> None:
    """What nobody should have sent was refused by its id, or lies in nobody's way as a dead letter."""
    letters = [key for chains in witness.said.values() for key in chains if key[0] == UNNUMBERED]
    dead = 0
    for it in thrown:
        sent = it.sent
        hearers = [m for m in witness.city.members.values() if it.topic in m.topics] if it.topic == "cases" else [None]
        dead += len(hearers) if it.dead else 0
        code = witness.answered.get((sent.decider, f"/agencies/{sent.agency}", sent.id))
        check(it.dead or code == it.code, "rubbish is refused", f"{sent.type} {sent.id}: {code}, not {it.code}")
    check(len(letters) == dead, "rubbish is refused", f"{len(letters)} dead letters, not {dead}")
