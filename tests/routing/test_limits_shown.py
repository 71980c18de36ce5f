"""What runs and what cannot wait, as routing shows it: to Dinsos all, to others what is their own agency's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from services.routing import migrations
from services.routing.app import create
from services.routing.settings import Settings
from shared.contracts import commands
from shared.contracts.message import Caller
from tests.conftest import MakeDatabase
from tests.harness import CASE
from tests.office import COORDINATOR, Office, an_office, schema, settings_of
from tests.routing.city import OFFENDER, STREET_WORKER, Case, a_case, companion
from tests.routing.court import Matter, wita

POLICE = Caller("polresta", "officer", "uji-2")
COMMUNITY = Caller("papb", "officer", "uji-3")


@pytest.fixture
async def office(tmp_path: Path, database: MakeDatabase) -> AsyncIterator[Office]:
    service = create(settings_of(Settings, tmp_path, await database(schema(migrations))))
    async with an_office(service, tmp_path) as office:
        yield office


async def today(office: Office, at: str, caller: Caller = COORDINATOR) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await office.looks(f"/today?at={quote(wita(at).isoformat())}", caller)).json()
    return found


def kinds(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["kind"], each["rule"].rpartition("/")[2]) for each in found]


def detained() -> Matter:
    """Since Monday 2 November 2026 at 14:00; to be released by the end of Sunday the 8th."""
    return Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")


async def test_all_limits_of_a_case_are_shown_with_the_text_of_their_row(office: Office) -> None:
    await office.holds(detained().case)

    shown = {each["row"]: each for each in (await office.looks(f"/cases/{CASE}/clocks")).json()}

    assert (shown["r47"]["due"], shown["r47"]["owner"]) == ("2026-11-08T15:59:59Z", "polresta")
    assert shown["r47"]["citation"].startswith("UU 11/2012")
    assert "dikeluarkan demi hukum" in shown["r47"]["consequence_id"]


async def test_where_the_law_reads_in_two_ways_both_are_shown_beside_each_other(office: Office) -> None:
    matter = Matter("2026-11-06 08:00").does(commands.RecordArrest, "2026-11-06 10:00")
    await office.holds(matter.case)

    shown = {each["row"]: each for each in (await office.looks("/clocks")).json()}

    assert (shown["r46-elapsed"]["due"], shown["r46-elapsed"]["beside"]) == ("2026-11-07T02:00:00Z", ["r46-working"])
    assert (shown["r46-working"]["due"], shown["r46-working"]["beside"]) == ("2026-11-09T02:00:00Z", ["r46-elapsed"])


async def test_others_are_shown_only_what_they_owe(office: Office) -> None:
    await office.holds(detained().case)

    assert {each["owner"] for each in (await office.looks("/clocks", POLICE)).json()} == {"polresta"}
    assert (await office.looks("/clocks", COMMUNITY)).json() == []
    assert (await office.looks(f"/cases/{CASE}/clocks", POLICE)).status_code == 403
    assert (await office.looks(f"/cases/{CASE}/clocks", COMMUNITY)).status_code == 403


async def test_a_limit_that_was_kept_runs_no_more(office: Office) -> None:
    matter = detained().releases("2026-11-03 09:00")
    await office.holds(matter.case)

    assert "r47" not in {each["row"] for each in (await office.looks("/clocks")).json()}
    assert "r47" in {each["row"] for each in (await office.looks(f"/cases/{CASE}/clocks")).json()}


async def test_a_child_that_must_be_released_today_comes_first(office: Office) -> None:
    await office.holds(detained().case)

    before, on_the_day = await today(office, "2026-11-07 07:00"), await today(office, "2026-11-08 07:00")

    assert "must-release" not in {kind for kind, _ in kinds(before)}
    assert kinds(on_the_day)[0] == ("must-release", "r47")
    assert on_the_day[0]["case"] == str(CASE)


async def test_a_limit_is_listed_once_four_fifths_of_it_have_passed(office: Office) -> None:
    await office.holds(Matter("2026-11-02 09:00").case)  # notice to the prosecutor within 24 hours

    assert "r29" not in {row for _, row in kinds(await today(office, "2026-11-03 04:00"))}
    assert ("clock-nearly-over", "r29") in kinds(await today(office, "2026-11-03 04:20"))


def silent() -> Case:
    """A child for whom nobody answered in time; the community was the last to be asked."""
    case = a_case(STREET_WORKER)
    case.waits(timedelta(days=8))
    return case


async def test_an_answer_that_never_came_is_listed_until_somebody_else_is_asked(office: Office) -> None:
    case = silent()
    await office.holds(case)

    found = [each for each in await today(office, "2026-11-12 07:00") if each["kind"] == "answer-overdue"]

    assert found
    assert "answer-overdue" not in {kind for kind, _ in kinds(await today(office, "2026-11-02 22:05"))}


async def test_an_agency_is_listed_its_own_and_by_no_case_that_it_may_not_know(office: Office) -> None:
    await office.holds(silent())

    found = await today(office, "2026-11-12 07:00", COMMUNITY)

    assert {each["who"] for each in found} <= {"papb"}
    assert {each["case"] for each in found} <= {None}


async def test_a_hearing_to_which_nobody_goes_with_the_child_is_listed_until_it_was(office: Office) -> None:
    case = a_case(OFFENDER, source="police")
    hearing = case.schedules()  # 5 November, 22:00
    await office.holds(case)

    assert ("hearing-without-companion", "R64") in kinds(await today(office, "2026-11-05 07:00"))
    assert ("hearing-without-companion", "R64") not in kinds(await today(office, "2026-11-06 07:00"))

    await office.pool.execute("TRUNCATE referrals, hearings, owners, clocks, aliases")
    await office.holds(companion(case, hearing))
    assert ("hearing-without-companion", "R64") not in kinds(await today(office, "2026-11-05 07:00"))


async def test_a_time_that_is_none_is_refused(office: Office) -> None:
    assert (await office.looks("/today?at=besok")).status_code == 422


async def test_while_the_database_is_away_it_says_so(office: Office) -> None:
    await office.pool.close()

    for path in ("/clocks", "/today", f"/cases/{CASE}/clocks"):
        assert (await office.looks(path)).status_code == 503
