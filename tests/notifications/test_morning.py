"""Each morning at seven a party is told what it must do in its cases: ids and actions, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from deploy.rehearsal.script import acts
from deploy.rehearsal.stage import Stage
from services.notifications import migrations
from services.notifications.domain.delivery import kept
from services.notifications.domain.state import Mailbox
from shared.contracts import clocks, proceedings
from shared.contracts.codec import decode_fact
from shared.contracts.envelope import envelope_of
from shared.contracts.model import Fact, Reason
from shared.contracts.outcomes import DueThing, DueToday
from shared.contracts.topics import inbox
from shared.runtime.arrival import DueCome
from shared.runtime.chance import Chance
from shared.runtime.positions import positions
from shared.runtime.turns import Turns
from shared.runtime.wiring import Wiring
from tests.conftest import MakeDatabase
from tests.harness import CASE, NIGHT
from tests.notifications.city import Post, id_of, notifications
from tests.office import schema
from tests.routing.court import wita
from tests.runtime.speaker import KEY, Speaker

CLOCK = id_of("clock")
RULE = {
    "clock": CLOCK,
    "rule": Reason(table="detention", version="1", row="r47"),
    "owner": "polresta",
    "told": ("lapas",),
}
STARTED = {
    **RULE, "occurred_at": NIGHT, "of": "detention", "thing": id_of("detention"), "kind": "observed",
    "started_at": NIGHT, "due": wita("2026-11-08 23:59:59"), "consequence": "must-release",
}  # fmt: skip


def said(type_: type[Fact], **fields: object) -> Fact:
    return type_.model_validate({"occurred_at": NIGHT, **fields})


def detained() -> Post:
    """Since Monday at 22:00 the police hold a boy, whom lapas must release by the end of Sunday."""
    return Post().identified("polresta").owned().tells(said(clocks.ClockStarted, **STARTED))


def until(city: Post, at: str) -> Post:
    city.waits(wita(at) - city.now)
    return city


def mornings(city: Post, party: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    """When a party was told, in the city's time, and what: action, and whether it is overdue."""
    told = [say.body for say in city.mail(party) if isinstance(say.body, DueToday)]
    zone = wita("2026-11-02 00:00").tzinfo
    return [(f"{t.occurred_at.astimezone(zone):%d %H.%M}", [(d.action, d.overdue) for d in t.due]) for t in told]


def test_owner_and_place_of_detention_are_told_on_the_day_and_once_more_when_it_has_passed() -> None:
    city = until(detained(), "2026-11-20 00:00")

    told = [("08 07.00", [("must-release", False)]), ("09 07.00", [("must-release", True)])]
    assert mornings(city, "polresta") == mornings(city, "lapas") == told
    assert mornings(city, "kejari") == []


def test_ids_and_actions_are_all_that_is_told() -> None:
    told = until(detained(), "2026-11-08 07:00").last(DueToday)

    assert told.model_dump(exclude={"occurred_at"}) == {
        "due": (DueThing(id=CLOCK, action="must-release", overdue=False).model_dump(),)
    }


def test_what_was_done_is_told_of_no_more() -> None:
    for end in (said(clocks.ClockSatisfied, **RULE, late=False), said(clocks.ClockStopped, **RULE)):
        assert mornings(until(detained().tells(end), "2026-11-20 00:00"), "lapas") == []


def test_an_extension_and_a_correction_move_the_morning() -> None:
    longer = said(clocks.ClockExtended, **RULE, was=STARTED["due"], due=wita("2026-11-12 23:59:59"))
    anew = {name: value for name, value in STARTED.items() if name not in {"of", "thing", "kind", "due"}}
    earlier = said(clocks.ClockCorrected, **anew, due=wita("2026-11-04 23:59:59"), was=STARTED["due"], why="start")

    assert mornings(until(detained().tells(longer), "2026-11-13 00:00"), "lapas")[0][0] == "12 07.00"
    assert mornings(until(detained().tells(earlier), "2026-11-05 00:00"), "lapas")[0][0] == "04 07.00"


def test_what_is_due_in_the_small_hours_is_told_the_morning_before() -> None:
    city = Post().owned().tells(said(clocks.ClockStarted, **{**STARTED, "due": wita("2026-11-04 03:00")}))

    assert mornings(until(city, "2026-11-04 06:59"), "polresta") == [("03 07.00", [("must-release", False)])]


def test_mornings_that_notifications_slept_through_are_not_made_up_for() -> None:
    city = detained()
    city.now = wita("2026-11-09 10:00")
    city.waits(timedelta(days=3))

    assert mornings(city, "lapas") == [("09 10.00", [("must-release", True)])]


def test_the_owner_is_told_that_nobody_goes_to_a_hearing_until_somebody_does() -> None:
    hearing = said(
        proceedings.HearingScheduled, hearing=id_of("hearing"), forum="diversion", by="polresta",
        at=wita("2026-11-05 09:00"), companion_by=wita("2026-11-04 09:00"),
    )  # fmt: skip
    named = said(proceedings.CompanionAssigned, hearing=id_of("hearing"), agency="dinsos", officer="peksos-1")

    alone = until(Post().owned().tells(hearing), "2026-11-04 08:00")
    assert mornings(alone, "dinsos") == [("04 07.00", [("assign-companion", False)])]
    assert mornings(until(Post().owned().tells(hearing).tells(named), "2026-11-06 00:00"), "dinsos") == []


def test_an_agency_is_told_of_its_answers_under_its_own_referral() -> None:
    city = until(Post().owned().referred("dinkes"), "2026-11-03 07:00")

    assert mornings(city, "dinkes") == [("03 07.00", [("answer", False)])]
    assert {say.alias for say in city.mail("dinkes")} == {id_of("dinkes")}


@pytest.mark.parametrize("party", ["dinkes", "papb"])
def test_of_a_limit_nobody_is_told_who_would_not_be_told_in_its_time_either(party: str) -> None:
    city = Post().owned().tells(said(clocks.ClockStarted, **{**STARTED, "owner": party, "told": ()}))

    assert mornings(until(city, "2026-11-20 00:00"), party) == []


def test_the_last_morning_is_the_latest_in_whatever_order_a_partys_notices_are_read() -> None:
    earlier, later = (
        Post()._message(DueToday(occurred_at=at, due=()), stream=inbox("dinsos"), time=at)
        for at in (NIGHT, NIGHT + timedelta(days=1))
    )

    assert kept(kept(Mailbox(), later), earlier) == kept(kept(Mailbox(), earlier), later)


def test_in_a_rehearsal_it_lies_in_the_mailbox_at_seven() -> None:
    script = Path("tests/rehearsals/02-laporan-sosial-terlambat.jsonl")
    found = list(acts(script.name, script.read_text().splitlines()))
    stage = Stage(found[0].at)
    told = [*(said for act in found for said in stage.play(act)), *stage.wait(found[-1].at + timedelta(days=9))]
    (started,) = [each for each in told if each.data.get("rule", {}).get("row") == "r33" and "of" in each.data]

    records = stage.city.log.places[inbox("dinsos"), 0]
    morning = [(envelope_of(r.headers).time, r.value) for r in records if envelope_of(r.headers).type == "due-today"]
    assert {at.astimezone(wita("2026-11-02 00:00").tzinfo).strftime("%H:%M") for at, _ in morning} == {"07:00"}
    assert any(started.data["clock"].encode() in (value or b"") for _, value in morning)


async def test_on_a_database_it_comes_by_the_engines_deadline_with_no_clock_of_its_own(database: MakeDatabase) -> None:
    """The facts are of long ago: their mornings have passed, and one message makes up for none of them."""
    routing = Speaker("routing", ("referrals", "clocks"), "clocks")
    routing.now = datetime.now(UTC) - timedelta(days=10)
    started = {**STARTED, "started_at": routing.now, "due": routing.now + timedelta(days=7)}
    async with asyncpg.create_pool(await database(schema(migrations)), min_size=1, max_size=2) as pool:
        turns = Turns(pool, Wiring(notifications(), KEY), Chance())
        records = routing.says(CASE, said(clocks.ClockStarted, **started))
        place = (records[0].topic, records[0].partition)
        await turns.batch(records, {place: (await positions(pool, [place]))[place].next})

        due = await pool.fetch("SELECT key FROM subjects WHERE next_due <= now()")
        await turns.one([DueCome(row[0]) for row in due])
        await turns.one([DueCome(row[0]) for row in due])

        rows = await pool.fetch(
            "SELECT stream, data FROM said WHERE position('overdue' IN convert_from(data, 'UTF8')) > 0 ORDER BY stream"
        )
        assert [row[0] for row in rows] == [inbox("lapas"), inbox("polresta")]
        told = decode_fact("due-today", 1, rows[0][1])
        assert isinstance(told, DueToday)
        assert [(thing.id, thing.action, thing.overdue) for thing in told.due] == [(CLOCK, "must-release", True)]
