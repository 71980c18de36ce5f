"""Routing on the engine and a real PostgreSQL: by referral ids, on time, once, and rebuilt from its own words."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree, ignore_patterns
from uuid import UUID, uuid5

import asyncpg
import msgspec

import shared.runtime.migrations as engine
from services.routing import migrations, policy
from services.routing.policy import Policies
from shared.contracts.cases import CategoryConfirmed, ChildIdentified, RiskAssessed
from shared.contracts.codec import decode_fact
from shared.contracts.commands import AcceptReferral, DeclineReferral
from shared.contracts.envelope import envelope_of
from shared.contracts.message import Say
from shared.contracts.model import AboutChild, Fact
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.referrals import (
    CaseOwned,
    ReferralAccepted,
    ReferralEscalated,
    ReferralExpired,
    Referred,
)
from shared.runtime.arrival import DueCome
from shared.runtime.chance import Chance
from shared.runtime.positions import positions
from shared.runtime.record import Record
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.routing.city import DIRECTORY, NOBODY, POLICIES, STREET_WORKER, TODDLER, routing, told
from tests.runtime.speaker import KEY, Speaker

FILES = [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]
GIRL = uuid5(CASE, "girl")
TABLES = (
    "SELECT * FROM owners",
    "SELECT * FROM referrals ORDER BY referral",
    "SELECT * FROM hearings ORDER BY hearing",
)
SEALED = {"kid": "none", "box": "AA"}


@dataclass
class City:
    """Routing on its database, and intake, which it hears."""

    turns: Turns
    intake: Speaker = field(default_factory=lambda: Speaker("intake", ("cases", "case-keys")))

    log: list[Record] = field(default_factory=list)
    """What intake said."""

    async def reads(self, *records: Record) -> None:
        places = sorted({(r.topic, r.partition) for r in records})
        known = await positions(self.turns.pool, places)
        ordered = sorted(records, key=lambda r: (r.topic, r.partition, r.offset))
        await self.turns.batch(ordered, {place: known[place].next for place in places})

    async def asks_for(self, case: UUID, about: AboutChild = TODDLER) -> None:
        """A child was found, its category confirmed and its risk assessed."""
        identified = told(ChildIdentified, report=NOBODY, source="family", reported_by="koppaja", about_child=SEALED)
        confirmed = told(CategoryConfirmed, assertion=NOBODY, about_child=SEALED)
        for said in (identified, told(RiskAssessed, risk="high"), confirmed):
            sealed = about if "about_child" in type(said).model_fields else None
            records = self.intake.says(case, Say(said, about=sealed))
            self.log.extend(records)
            await self.reads(*records)

    async def own(self) -> list[Record]:
        """What routing said, as it lies in its streams."""
        query = "SELECT stream, partition, headers, data FROM said ORDER BY stream, sequence"
        read = [(r[0], r[1], msgspec.msgpack.decode(r[2]), r[3]) for r in await self.turns.pool.fetch(query)]
        offsets: dict[tuple[str, int], int] = defaultdict(int)
        records = []
        for stream, partition, headers, data in read:
            records.append(Record(stream, partition, offsets[stream, partition], self.intake.now, headers, data))
            offsets[stream, partition] += 1
        return records

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
async def a_city(database: MakeDatabase, policies: Policies = POLICIES) -> AsyncIterator[City]:
    async with asyncpg.create_pool(await database(FILES), min_size=1, max_size=4) as pool:
        yield City(Turns(pool, Wiring(routing(policies), KEY), Chance()))


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


async def test_an_acceptance_of_a_referral_that_is_not_there_is_refused_at_once(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL)

        await city.reads(city.intake.asks("dp3akb", told(AcceptReferral, referral=NOBODY), GIRL))

        (refused,) = await city.said(CommandRefused)
        assert isinstance(refused, CommandRefused)
        assert refused.code == "unknown-referral"


async def test_a_silent_agency_s_referral_expires_when_its_time_has_come_and_not_before(
    database: MakeDatabase, tmp_path: Path
) -> None:
    async with a_city(database, within_a_second(tmp_path)) as city:
        await city.asks_for(GIRL)
        declined = told(DeclineReferral, referral=await city.referral("child-care"), reason="no-capacity")
        await city.reads(city.intake.asks("sakti-peksos", declined, GIRL))
        assert await city.said(ReferralExpired) == []

        async with asyncio.timeout(20):
            while len(await city.said(ReferralExpired)) < 2:
                await asyncio.sleep(0.05)
                await city.turns.one([DueCome(GIRL)])

        assert len(await city.said(ReferralEscalated)) == 2
        assert sorted(await city.rows("SELECT agency, status FROM referrals")) == [
            ("dinkes", "escalated"),
            ("dinsos", "referred"),
            ("dp3akb", "escalated"),
            ("sakti-peksos", "declined"),
        ]


def within_a_second(folder: Path) -> Policies:
    """The policy of the demonstration, with answers due in a second."""
    copied = copytree(Path(policy.__file__).parent, folder / "policy", ignore=ignore_patterns("*.py", "__pycache__"))
    answers = copied / "demo" / "answers.csv"
    answers.write_text(answers.read_text().replace("high,15s", "high,1s"))
    return Policies.load(DIRECTORY, "demo", copied)


async def test_a_lost_database_is_rebuilt_from_the_streams_and_nothing_is_said_again(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.asks_for(GIRL)
        accepted = told(AcceptReferral, referral=await city.referral("health"))
        await city.reads(city.intake.asks("dinkes", accepted, GIRL, id_="first"))
        own, tables = await city.own(), [await city.rows(query) for query in TABLES]

    async with a_city(database) as again:
        for record in sorted(city.log, key=lambda r: r.topic != "case-keys")[:1]:
            await again.reads(record)
        for record in (*own, *[r for r in city.log if r.topic == "cases"]):
            await again.reads(record)
        await again.reads(city.intake.asks("dinkes", accepted, GIRL, id_="first"))  # it was answered

        assert await again.rows("SELECT stream FROM said") == [("answers.routing",)]
        (answer,) = await again.said(CommandAccepted)
        assert isinstance(answer, CommandAccepted)
        assert (answer.command, answer.repeated) == ("first", True)
        assert await again.rows("SELECT * FROM waiting") == []
        assert [await again.rows(query) for query in TABLES] == tables
