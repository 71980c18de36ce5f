"""Shelter on the engine and a real PostgreSQL: beds under the lock, wakes that outlive a crash, answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import msgspec

import shared.runtime.migrations as engine
from services.shelter import migrations
from shared.contracts.codec import decode_fact
from shared.contracts.commands import AdmitChild, AskWhereabouts
from shared.contracts.envelope import envelope_of
from shared.contracts.message import Say, State
from shared.contracts.model import Fact, Group, Reason
from shared.contracts.outcomes import CommandAccepted, CommandRefused
from shared.contracts.placements import AdmittedToRpsa, BedHeld, ChildSecured, Waitlisted
from shared.contracts.referrals import Referred
from shared.runtime.arrival import DueCome
from shared.runtime.chance import Chance
from shared.runtime.entry import Entry
from shared.runtime.positions import positions
from shared.runtime.record import Record
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase
from tests.harness import CASE, NIGHT
from tests.runtime.speaker import KEY, Speaker
from tests.shelter.city import GROUP, HOUR, child, found, shelter, told, unit

FILES = [path for package in (engine, migrations) for path in sorted(Path(package.__path__[0]).glob("*.sql"))]
BOY, GIRL = uuid5(CASE, "boy"), uuid5(CASE, "girl")
ONE_BED, TWO_BEDS = shelter(unit(beds=range(1, 2))), shelter(unit(beds=range(1, 3)))
BOTH_WAIT = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@dataclass
class City:
    """Shelter on its database, and the two services that it hears."""

    turns: Turns
    intake: Speaker = field(default_factory=lambda: Speaker("intake", ("cases", "case-keys")))
    routing: Speaker = field(default_factory=lambda: Speaker("routing", ("referrals", "proceedings"), "referrals"))

    async def reads(self, *records: Record) -> None:
        places = sorted({(r.topic, r.partition) for r in records})
        known = await positions(self.turns.pool, places)
        ordered = sorted(records, key=lambda r: (r.topic, r.partition, r.offset))
        await self.turns.batch(ordered, {place: known[place].next for place in places})

    async def identified(self, *cases: UUID) -> None:
        """Children are found, and with Dinsos."""
        for case in cases:
            await self.reads(*self.intake.says(case, Say(found("dinsos"), about=child())))
            known = self.intake.entries[case]
            self.routing.entries[case] = Entry(State(), key=known.key, kid=known.kid)

    def referred(self, case: UUID, group: Group | None = None) -> list[Record]:
        asked = told(Referred, **{**ASKED, "referral": uuid5(case, "referral"), "siblings": group})
        return self.routing.says(case, Say(asked, about=child()))

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in await self.turns.pool.fetch(query)]

    async def said(self, type_: type[Fact]) -> list[tuple[UUID, Fact]]:
        rows = await self.turns.pool.fetch("SELECT owner, headers, data FROM said ORDER BY said_at, sequence")
        read = [(row[0], envelope_of(msgspec.msgpack.decode(row[1])), row[2]) for row in rows]
        return [(owner, decode_fact(e.type, e.version, data)) for owner, e, data in read if e.type == type_.type]


ASKED = {
    "referral": GROUP, "agency": "dinsos", "service": "shelter-rpsa", "house_kind": "rpsa", "answer_by": NIGHT + HOUR,
    "reason": Reason(table="policy", version="1", row="1"), "about_child": {"kid": "none", "box": "AA"},
}  # fmt: skip


@asynccontextmanager
async def a_city(database: MakeDatabase, beds: int = 1, *, locked: bool = True) -> AsyncIterator[City]:
    async with asyncpg.create_pool(await database(FILES), min_size=1, max_size=6) as pool:
        domain = ONE_BED if beds == 1 else TWO_BEDS
        assert domain.shared is not None
        if locked:
            await pool.execute("INSERT INTO locks SELECT unnest($1::text[])", list(domain.shared.locks))
        yield City(Turns(pool, Wiring(domain, KEY), Chance()))


async def test_a_child_is_secured_gets_a_bed_and_is_admitted(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.identified(BOY)
        await city.reads(*city.referred(BOY))
        ((_, held),) = await city.said(BedHeld)
        assert isinstance(held, BedHeld)

        await city.reads(city.intake.asks("dinsos", told(AdmitChild, stay=held.stay), BOY))

        assert len(await city.said(ChildSecured)) == len(await city.said(AdmittedToRpsa)) == 1
        assert await city.rows("SELECT kind, act FROM custody ORDER BY number") == [
            ("agency", "child-secured"),
            ("house", "admitted-to-rpsa"),
        ]
        assert await city.rows("SELECT house, bed, status FROM stays") == [("rpsa", 1, "admitted")]


async def test_two_turns_at_once_give_the_last_bed_to_one(database: MakeDatabase) -> None:
    async with a_city(database) as city:
        await city.identified(BOY, GIRL)
        turns = [city.referred(case) for case in (BOY, GIRL)]
        assert {record.partition for records in turns for record in records} == {r[0].partition for r in turns}
        assert len({r[0].partition for r in turns}) == 2

        await both_at_once(city, turns)

        assert len(await city.said(BedHeld)) == len(await city.said(Waitlisted)) == 1
        assert await city.turns.pool.fetchval("SELECT count(*) FROM stays") == 1


async def both_at_once(city: City, turns: list[list[Record]], lock: str = "SELECT FROM locks FOR UPDATE") -> None:
    """Keep the house's lock, or another, until both turns stand before it."""
    async with city.turns.pool.acquire() as other:
        async with other.transaction():
            await other.execute(lock)
            running = [asyncio.create_task(city.reads(*records)) for records in turns]
            async with asyncio.timeout(20):
                while await city.turns.pool.fetchval(BOTH_WAIT) < 2:  # noqa: ASYNC110 - see below
                    await asyncio.sleep(0.01)  # PostgreSQL tells nobody who waits for a lock
        await asyncio.gather(*running)


async def test_without_the_lock_the_database_still_gives_no_bed_twice(database: MakeDatabase) -> None:
    async with a_city(database, locked=False) as city:
        await city.identified(BOY, GIRL)

        # Both have seen that the bed is free before either takes it.
        await both_at_once(city, [city.referred(case) for case in (BOY, GIRL)], "LOCK TABLE stays IN EXCLUSIVE MODE")

        assert await city.turns.pool.fetchval("SELECT count(*) FROM stays") == 1
        assert len(await city.said(BedHeld)) == 1


async def test_a_sibling_who_was_woken_takes_its_bed_though_everything_stopped_in_between(
    database: MakeDatabase,
) -> None:
    async with a_city(database, beds=2) as city:
        group = Group(id=GROUP, size=2)
        await city.identified(BOY, GIRL)
        await city.reads(*city.referred(BOY, group))
        await city.reads(*city.referred(GIRL, group))
        assert [owner for owner, _ in await city.said(BedHeld)] == [GIRL]

        woken = [row[0] for row in await city.turns.pool.fetch("SELECT key FROM wakes")]
        assert woken == [BOY]
        again = Turns(city.turns.pool, city.turns.wiring, Chance())
        await again.one([DueCome(BOY, woken=True)])

        assert [owner for owner, _ in await city.said(BedHeld)] == [GIRL, BOY]
        assert await city.rows("SELECT house, bed FROM stays ORDER BY bed") == [("rpsa", 1), ("rpsa", 2)]
        assert not await city.turns.pool.fetch("SELECT key FROM wakes")
        assert not await city.turns.pool.fetch("SELECT subject FROM waits")


async def test_who_asks_where_a_child_is_gets_an_answer_and_nothing_is_said_in_a_stream(
    database: MakeDatabase,
) -> None:
    async with a_city(database) as city:
        await city.identified(BOY)
        before = len(await city.said(ChildSecured))

        for agency in ("dinsos", "polresta"):
            await city.reads(city.intake.asks(agency, told(AskWhereabouts), BOY))

        ((_, accepted),) = await city.said(CommandAccepted)
        ((_, refused),) = await city.said(CommandRefused)
        assert isinstance(accepted, CommandAccepted)
        assert isinstance(refused, CommandRefused)
        assert (accepted.to, refused.to, refused.code) == ("dinsos", "polresta", "where-a-child-sleeps")
        assert refused.who_could == ("dinsos",)
        assert await city.turns.pool.fetchval("SELECT count(*) FROM said WHERE stream = 'placements'") == before


async def test_a_referral_heard_twice_takes_one_bed(database: MakeDatabase) -> None:
    async with a_city(database, beds=2) as city:
        await city.identified(BOY)
        (record,) = city.referred(BOY)
        await city.reads(record)

        await city.reads(Record(record.topic, record.partition, 1, record.at, record.headers, record.value))

        assert len(await city.said(BedHeld)) == 1
