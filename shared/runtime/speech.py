"""Saying a fact: its number, its envelope, its seal; and what that makes of our own state."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from shared.contracts.codec import encode
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.message import NOTHING_ABOUT, Message, Said, Say, part_name
from shared.contracts.outcomes import CaseKeyIssued
from shared.contracts.sealing import seal, token
from shared.runtime.chance import Chance
from shared.runtime.changes import SaidRow
from shared.runtime.entry import Entry
from shared.runtime.record import lane_of
from shared.runtime.wiring import Wiring


class Cause(msgspec.Struct, frozen=True):
    """Why something is said: goes into the envelope of all that follows."""

    id: str
    correlation: str
    actor: str
    via: str
    trace: str = ""


_pack: Final = msgspec.msgpack.Encoder().encode


class Voice:
    """Says facts of one subject after another, into the rows of one turn."""

    def __init__(self, wiring: Wiring, chance: Chance, now: datetime) -> None:
        # To the millisecond, as envelopes have it: a state is the same whether it was said or read back.
        self.wiring, self.chance, self.now = wiring, chance, now.replace(microsecond=now.microsecond // 1000 * 1000)
        self.parts = frozenset(wiring.domain.state.__struct_fields__)

    def say(self, entry: Entry[Any], subject: UUID, said: Said, cause: Cause) -> list[SaidRow]:
        """Number, seal and evolve one fact; gives its row, after that of a new key where one was needed."""
        say = said if isinstance(said, Say) else Say(said)
        stream = say.stream or self.wiring.domain.streams[type(say.body)]
        rows = []
        if say.about is not None and not entry.key:
            rows.append(self._issue_key(entry, subject, cause))
        rows.append(self._row(entry, subject, stream, say, cause))
        self._evolve(entry, subject, say, rows[-1])
        return rows

    def _issue_key(self, entry: Entry[Any], subject: UUID, cause: Cause) -> SaidRow:
        entry.key, entry.kid = self.chance.bytes(32), f"k-{self.chance.uuid4().hex[:12]}"
        text = urlsafe_b64encode(entry.key).rstrip(b"=").decode()
        body = CaseKeyIssued(occurred_at=self.now, kid=entry.kid, key=text)
        return self._row(entry, subject, self.wiring.keys, Say(body), cause)

    def _row(self, entry: Entry[Any], owner: UUID, stream: str, say: Say, cause: Cause) -> SaidRow:
        wiring = self.wiring
        subject = say.alias or owner
        chain = f"{stream}/{subject}" if wiring.private(stream) else stream
        id_ = self.chance.uuid7(self.now)
        envelope = self._envelope(entry, owner, stream, chain, say, cause, str(id_))
        body = say.body
        if say.about is not None:
            box = seal(owner, envelope.id, entry.kid, entry.key, say.about, nonce=self.chance.bytes(12))
            body = body.model_copy(update={"about_child": box})
        entry.extend(chain, id_)
        return SaidRow(
            stream=stream,
            subject=subject,
            sequence=envelope.sequence,
            id=id_,
            owner=owner,
            type=envelope.type,
            lane=lane_of(owner, wiring.lanes),
            partition=wiring.partition(stream, subject),
            headers=_pack(headers_of(envelope)),
            data=encode(body),
        )

    def _envelope(  # noqa: PLR0917 - all that an envelope is made of
        self, entry: Entry[Any], owner: UUID, stream: str, chain: str, say: Say, cause: Cause, id_: str
    ) -> Envelope:
        envelope = Envelope(
            id=id_,
            type=say.body.type,
            version=say.body.version,
            variant=say.body.variant,
            source=self.wiring.source,
            time=self.now,
            subject=str(say.alias or owner),
            actor=say.actor or cause.actor,
            via=cause.via,
            sequence=entry.count(chain) + 1,
            previous=entry.last(chain),
            correlation=cause.correlation,
            causation=cause.id,
            trace=self._trace(cause.trace),
        )
        after = entry.vector(self.wiring, stream)
        return (
            self._discreet(envelope, say, owner, after)
            if self.wiring.private(stream)
            else msgspec.structs.replace(envelope, after=after)
        )

    def _discreet(self, envelope: Envelope, say: Say, owner: UUID, after: dict[str, int]) -> Envelope:
        """For a mailbox: nothing by which two readers could find that they read of the same child."""
        return msgspec.structs.replace(
            envelope,
            token=token(self.wiring.token_key, owner, after, nonce=self.chance.bytes(12)),
            correlation=str(uuid5(NAMESPACE_URL, f"{say.stream}/{envelope.subject}")),
            causation=say.causation,
            actor=say.actor,
            trace=self._trace(""),
        )

    def _trace(self, parent: str) -> str:
        drawn = self.chance.bytes(24).hex()
        return f"00-{parent[3:35] if len(parent) == 55 else drawn[:32]}-{drawn[32:]}-01"

    def _evolve(self, entry: Entry[Any], subject: UUID, say: Say, row: SaidRow) -> None:
        about = say.about or NOTHING_ABOUT
        message = Message(body=say.body, subject=subject, id=str(row.id), time=self.now, stream=row.stream, about=about)
        entry.state = evolved(self.wiring, self.parts, entry.state, message)


def evolved(wiring: Wiring, parts: frozenset[str], state: Any, fact: Message) -> Any:  # a service's own State
    """The state as a fact leaves it: only the part of its stream changes."""
    step, part = wiring.domain.evolves.get(type(fact.body)), part_name(fact.stream)  # type: ignore[arg-type]  # others are not there
    if step is None or part not in parts:
        return state
    return msgspec.structs.replace(state, **{part: step(getattr(state, part), fact)})
