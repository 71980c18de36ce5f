"""What each party is told of a fact: at most one notice, only what the profile table lets it see."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from services.notifications.domain import outcome
from services.notifications.domain.concern import concerned
from services.notifications.domain.cut import cut
from services.notifications.domain.readers import Readers
from services.notifications.domain.state import Case
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Events, Message, Say
from shared.contracts.model import Fact
from shared.contracts.outcomes import InProtection
from shared.contracts.profiles import Relation, Sight
from shared.contracts.topics import inbox


class Reading(NamedTuple):
    """Who is told, why, and what."""

    party: PartyCode
    relation: Relation
    sight: Sight


def tell(readers: Readers, state: Case, fact: Message, now: datetime) -> Events:
    """Return the notices of a fact, and to a sender that sees nothing of its command's effect that it took effect."""
    body = fact.body
    assert isinstance(body, Fact)
    told = [reading for reading in readings(readers, state, fact) if not _tells_nothing(readers, state, body, reading)]
    said = [_notice(readers, state, fact, now, reading) for reading in told]
    seen = any(reading.party == fact.cause_agency and reading.sight.type == body.type for reading in told)
    return said if seen else [*said, *outcome.hidden_effect(readers, state, fact, now)]


def readings(readers: Readers, state: Case, fact: Message) -> Iterator[Reading]:
    """Return who may see a fact, by the table and by what each party has to do with it."""
    body, own, part = fact.body, concerned(state.takings, fact), state.participants
    assert isinstance(body, Fact)
    for party in readers.parties:
        relation: Relation = "own" if party in own else "part" if party in part else "none"
        if sight := readers.sight(party, relation, body.type):
            yield Reading(party, relation, sight)


def _tells_nothing(readers: Readers, state: Case, fact: Fact, reading: Reading) -> bool:
    """Tell whether a notice would say nothing new, or would speak of a child whom its reader cannot know."""
    known = reading.sight.type != fact.type and state.mailbox(reading.party).in_protection
    return known or (reading.relation != "own" and not readers.can_name(state, reading.party))


def _notice(readers: Readers, state: Case, fact: Message, now: datetime, reading: Reading) -> Say:
    body, party, sight = fact.body, reading.party, reading.sight
    assert isinstance(body, Fact)
    return Say(
        cut(body, fact.about, sight.fields) if sight.type == body.type else InProtection(occurred_at=now),
        stream=inbox(party),
        alias=readers.name(state, party, fact),
        actor=fact.actor if readers.learns_actor(party) else "",
        causation=fact.causation if fact.cause_agency == party else "",
    )
