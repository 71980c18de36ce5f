"""Routing on the engine and a real PostgreSQL: by referral ids, on time, once, and rebuilt from its own words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import msgspec

import shared.runtime.migrations as engine
from services.routing import migrations
from shared.contracts.cases import CategoryConfirmed, ChildIdentified, RiskAssessed
from shared.contracts.codec import decode_fact
from shared.contracts.commands import AcceptReferral, DeclineReferral
from shared.contracts.envelope import envelope_of
from shared.contracts.message import Say
from shared.contracts.model import Fact
from shared.contracts.outcomes import CommandRefused
from shared.contracts.referrals import (
    CaseOwned,
    ReferralAccepted,
    ReferralEscalated,
    ReferralExpired,
    Referred,
)
from shared.runtime.arrival import DueCome
from shared.runtime.chance import Chance
from shared.runtime.logbook import positions
from shared.runtime.record import Record
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.routing.city import NOBODY, POLICIES, STREET_WORKER, TODDLER, routing, told
from tests.runtime.speaker import KEY, Speaker

FILES = [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]
GIRL = uuid5(CASE, "girl")
SEALED = {"kid": "none", "box": "AA"}


@dataclass
class City:
    """Routing on its database, and intake, which it hears."""

    turns: Turns
    intake: Speaker = field(default_factory=lambda: Speaker("intake", ("cases", "case-keys")))

    async def reads(self, *records: Record) -> None:
        places = sorted({(r.topic, r.partition) for r in records})
        known = await positions(self.turns.pool, places)
        ordered = sorted(records, key=lambda r: (r.topic, r.partition, r.offset))
        await self.turns.batch(ordered, {place: known[place].next for place in places})

    async def asks_for(self, case: UUID, about: object = TODDLER) -> None:
        """A child was found, its category confirmed and its risk assessed."""
        identified = told(ChildIdentified, report=NOBODY, source="family", reported_by="koppaja", about_child=SEALED)
        confirmed = told(CategoryConfirmed, assertion=NOBODY, about_child=SEALED)
        for said in (identified, told(RiskAssessed, risk="high"), confirmed):
            sealed = about if "about_child" in type(said).model_fields else None
            await self.reads(*self.intake.says(case, Say(said, about=sealed)))  # type: ignore[arg-type]  # a child

    async def said(self, type_: type[Fact]) -> list[Fact]:
        rows = await self.turns.pool.fetch("SELECT headers, data FROM said ORDER BY said_at, sequence")
        read = [(envelope_of(msgspec.msgpack.decode(row[0])), row[1]) for row in rows]
        return [decode_fact(e.type, e.version, data) for e, data in read if e.type == type_.type]

    async def referral(self, service: str) -> UUID:
        return next(fact.referral for fact in await self.said(Referred) if isinstance(fact, Referred)
                    and fact.service == service)  # fmt: skip

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.turns.pool.fetch(query)]


@asynccontextmanager
async def a_city(database: MakeDatabase, policy: str = "") -> AsyncIterator[City]:
    async with asyncpg.create_pool(await database(FILES), min_size=1, max_size=4) as pool:
        domain = routing(replace(POLICIES, chosen=policy))
        yield City(Turns(pool, Wiring(domain, KEY), Chance()))


async def test_a_child_is_owned_and_those_who_help_are_asked_with_what_they_need_sealed(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL)

        assert len(await city.said(CaseOwned)) == 1
        asked = [fact for fact in await city.said(Referred) if isinstance(fact, Referred)]
        assert [(fact.agency, fact.service) for fact in asked] == [("sakti-peksos", "child-care"), ("dinkes", "health")]
        assert all(fact.about_child.kid != "none" for fact in asked)
        assert await city.rows("SELECT owner, closed FROM owners") == [("dinsos", False)]


async def test_an_agency_answers_by_its_referral_s_id_in_its_mailbox(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL, STREET_WORKER)
        id_ = await city.referral("community-coaching")

        await city.reads(city.intake.asks("papb", told(AcceptReferral, referral=id_), id_))

        assert len(await city.said(ReferralAccepted)) == 1
        assert await city.rows("SELECT agency, status FROM referrals") == [("papb", "accepted")]


async def test_two_acceptances_get_an_answer_each_and_one_takes_effect(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL)
        accepted = told(AcceptReferral, referral=await city.referral("health"))

        await city.reads(*(city.intake.asks("dinkes", accepted, GIRL, id_=id_) for id_ in ("first", "second", "first")))

        assert len(await city.said(ReferralAccepted)) == 1
        (refused,) = await city.said(CommandRefused)
        assert isinstance(refused, CommandRefused)
        assert (refused.command, refused.code) == ("second", "already-accepted")


async def test_an_acceptance_that_overtakes_its_referral_waits_for_nobody_and_is_refused(
    database: MakeDatabase,
) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL)

        await city.reads(city.intake.asks("dp3akb", told(AcceptReferral, referral=NOBODY), GIRL))

        (refused,) = await city.said(CommandRefused)
        assert isinstance(refused, CommandRefused)
        assert refused.code == "unknown-referral"


async def test_a_declined_referral_goes_on_and_a_silent_one_expires_when_its_time_has_come(
    database: MakeDatabase,
) -> None:
    async with a_city(database, "demo") as city:
        await city.asks_for(GIRL)
        declined = told(DeclineReferral, referral=await city.referral("child-care"), reason="no-capacity")
        await city.reads(city.intake.asks("sakti-peksos", declined, GIRL))
        due = await city.turns.pool.fetchval("SELECT next_due - now() FROM subjects WHERE key = $1", GIRL)
        assert timedelta(seconds=5) < due <= timedelta(seconds=15)

        await passes(city)
        await city.turns.one([DueCome(GIRL)])

        assert {fact.agency for fact in await city.said(ReferralExpired) if isinstance(fact, ReferralExpired)} >= {
            "dinkes"
        }
        assert len(await city.said(ReferralEscalated)) >= 1
        assert ("dinkes", "escalated") in await city.rows("SELECT agency, status FROM referrals")


async def passes(city: City) -> None:
    """Make every time that was told to the state lie a minute back: the database's clock is nobody's to set."""
    row = await city.turns.pool.fetchrow("SELECT doc FROM subjects WHERE key = $1", GIRL)
    assert row is not None
    codec = city.turns.codec
    entry = codec.decode(row[0])
    past = {
        id_: msgspec.structs.replace(each, answer_by=each.answer_by - timedelta(minutes=1))
        for id_, each in entry.state.referrals.by_id.items()
    }
    part = msgspec.structs.replace(entry.state.referrals, by_id=past)
    entry.state = msgspec.structs.replace(entry.state, referrals=part)
    await city.turns.pool.execute("UPDATE subjects SET doc = $2 WHERE key = $1", GIRL, codec.encode(entry))
