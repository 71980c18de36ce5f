"""What nobody should ever send, but somebody will: each kind ends in one refusal, or in one dead letter for each reader."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shared.contracts.codec import encode
from shared.contracts.commands import AcceptReferral
from shared.contracts.envelope import Envelope, headers_of
from shared.contracts.topics import PARTIES, outbox
from tests.simulation.agencies import Headers, Sent


class Rubbish(NamedTuple):
    """A message, and what must become of it: a refusal by its id (`code`), or dead letters."""

    topic: str
    sent: Sent
    code: str
    dead: bool = False


def made(chance: random.Random, now: datetime, number: int) -> Rubbish:
    """One of every kind, at random."""
    agency, kind = chance.choice(PARTIES), chance.choice(sorted(KINDS))
    referral = UUID(bytes=chance.randbytes(16), version=4)
    body = encode(AcceptReferral(occurred_at=now, referral=referral))
    envelope = Envelope(
        id=f"{agency}-x{number}", type="accept-referral", source=f"/agencies/{agency}", time=now, subject=str(referral)
    )
    sent = Sent(agency, envelope.id, [*headers_of(envelope)], body, kind, "routing")
    return KINDS[kind](Rubbish(outbox(agency), sent, ""))


def _set(rubbish: Rubbish, name: str, value: bytes | None) -> Headers:
    return [(n, v) for n, v in rubbish.sent.headers if n != name] + [(name, value)]


def not_json(it: Rubbish) -> Rubbish:
    it.sent.value = b'{"occurred_at": "2026-11-02T14:00:00Z", "referral":'
    return it._replace(code="malformed")


def nul(it: Rubbish) -> Rubbish:
    it.sent.value = b'{"occurred_at": "2026-11-02T14:00:00Z", "referral": "a\\u0000b"}'
    return it._replace(code="nul-in-text")


def misspelt(it: Rubbish) -> Rubbish:
    it.sent.value = (it.sent.value or b"").replace(b'"referral"', b'"refferal"')
    return it._replace(code="malformed")


def no_value(it: Rubbish) -> Rubbish:
    it.sent.value = None
    return it._replace(code="malformed")


def binary_header(it: Rubbish) -> Rubbish:
    it.sent.headers, it.sent.decider = _set(it, "ce_subject", b"\xff\xfe\x00"), "intake"
    return it._replace(code="malformed")


def null_header(it: Rubbish) -> Rubbish:
    it.sent.headers, it.sent.decider = _set(it, "traceparent", None), "intake"
    return it._replace(code="malformed")


def no_id(it: Rubbish) -> Rubbish:
    it.sent.headers, it.sent.decider = [(n, v) for n, v in it.sent.headers if n != "ce_id"], "intake"
    return it._replace(dead=True)


def forged_sender(it: Rubbish) -> Rubbish:
    other = b"/agencies/polresta" if it.sent.agency != "polresta" else b"/agencies/pn"
    it.sent.headers = _set(it, "ce_source", other)
    return it._replace(code="wrong-source")


def unknown_type(it: Rubbish) -> Rubbish:
    it.sent.headers, it.sent.decider = _set(it, "ce_type", b"senandung.acept-referral.v1"), "intake"
    return it._replace(code="unknown-type")


def another_version(it: Rubbish) -> Rubbish:
    it.sent.headers = _set(it, "ce_type", b"senandung.accept-referral.v9")
    return it._replace(code="unsupported-version")


def forged_fact(it: Rubbish) -> Rubbish:
    it.sent.headers = _set(it, "ce_type", b"senandung.risk-assessed.v1")
    return it._replace(topic="cases", dead=True)


KINDS: Final[Mapping[str, Callable[[Rubbish], Rubbish]]] = {
    kind.__name__: kind
    for kind in (
        not_json, nul, misspelt, no_value, binary_header, null_header, no_id, forged_sender, unknown_type,
        another_version, forged_fact,
    )
}  # fmt: skip
