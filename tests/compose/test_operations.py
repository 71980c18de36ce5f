"""What operators do, as `docs/operations.md` tells it: each of its commands is run on a city with cases in it."""

import asyncio
import io
import re
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec import structs

from deploy.demo.line import Line
from deploy.demo.readback.settle import settled
from deploy.demo.stage import now
from shared.contracts import commands
from shared.contracts.topics import SERVICES, SUBJECT_STREAMS
from tests.compose import conftest
from tests.compose.city import ComposeCity
from tests.compose.page import block, blocks

SUBJECTS = {stream.name for stream in SUBJECT_STREAMS}
pytestmark = [pytest.mark.compose, pytest.mark.slow, pytest.mark.timeout(900)]


async def a_case(city: ComposeCity) -> Line:
    """A fact of the night that has no other before it."""
    async with city.stage(io.StringIO()) as stage:
        return (await stage.watch.all(lambda line: line.type == "risk-assessed", "risk-assessed", 1))[0]


async def an_answer_about_nothing(city: ComposeCity) -> None:
    """PAPB accepts a referral that nobody has made."""
    async with city.stage(io.StringIO()) as stage:
        papb = stage.agency("papb")
        asked = await papb.hears("referred")
        nobodys = replace(asked, envelope=structs.replace(asked.envelope, subject=str(uuid4()), token=""))
        accept = commands.AcceptReferral(occurred_at=now(), referral=uuid4())
        await papb.sends(accept, nobodys, id_=f"papb-{uuid4()}")


async def facts(city: ComposeCity) -> set[str]:
    """All that was ever said of cases, by id, once the city is at rest."""
    async with city.stage(io.StringIO()) as stage:
        await settled(stage)
        return {line.envelope.id for line in stage.watch.lines if line.topic in SUBJECTS}


def row(city: ComposeCity) -> str:
    """The id of what waits in routing, once it is there."""
    for _ in range(60):
        found = city.does(block("What waits", 0) + "sleep 0.5")
        if rows := [line.split("│")[1].strip() for line in found.splitlines() if "unknown" in line]:
            return rows[0]
    raise AssertionError("nothing waits in routing")


def test_the_city_is_up_and_says_that_it_is_well(city: ComposeCity) -> None:
    assert "made 0 files" in city.does(block("Install", 0).splitlines()[0])
    assert city.does(block("Is it well?", 0)).count("siap · ready") == 4
    assert '"event": "' in city.does(block("Is it well?", 1))


def test_a_killed_service_is_missed_until_it_is_started_again(city: ComposeCity) -> None:
    kill, up = block("Is it well?", 2).splitlines()
    city.does(kill)

    missed = city.run("./senandung ready")
    city.does(up)

    assert (missed.returncode, "routing does not answer" in missed.stderr) == (1, True)
    assert city.run("./senandung ready").returncode == 0


def test_a_restored_service_knows_again_what_it_said_since_and_says_nothing_twice(
    night: str, city: ComposeCity
) -> None:
    show = block("What waits", 3).replace("CASE", asyncio.run(a_case(city)).subject)
    before, said = city.does(show), asyncio.run(facts(city))

    told = city.does(block("Backup and restore", 1))

    assert told.count("siap · ready") == 4
    assert asyncio.run(facts(city)) == said
    assert city.does(show) == before
    assert len(said) > 40


def test_what_waits_can_be_looked_at_tried_again_and_set_aside(night: str, city: ComposeCity) -> None:
    asyncio.run(an_answer_about_nothing(city))
    show, retry, discard = block("What waits", 1).splitlines()

    assert "agency.papb.out" in city.does(show.replace("ROW", row(city)))
    city.does(retry.replace("ROW", row(city)))
    city.does(discard.replace("ROW", row(city)))

    asyncio.run(facts(city))


def test_what_was_said_can_be_said_again_and_changes_nothing(night: str, city: ComposeCity) -> None:
    case = asyncio.run(a_case(city)).subject
    shown = city.does(block("What waits", 3).replace("CASE", case))

    told = city.does(block("What waits", 2).replace("CASE", case))
    asyncio.run(facts(city))

    assert told.count("messages on their way") == 2
    assert city.does(block("What waits", 3).replace("CASE", case)) == shown


def test_rows_are_compared_with_what_facts_make_of_them_and_made_anew(night: str, city: ComposeCity) -> None:
    case = asyncio.run(a_case(city)).subject
    show = block("What waits", 3).replace("CASE", case)
    asyncio.run(facts(city))
    shown = city.does(show)

    assert "equal row for row" in city.does(block("When a table is in doubt", 0))
    assert ": 0 facts" not in city.does(block("When a table is in doubt", 1))
    assert city.does(show) == shown


def test_a_changed_log_is_accepted_and_the_service_knows_what_it_knew(night: str, city: ComposeCity) -> None:
    told = city.does(block("When a log was lost", 0))
    asyncio.run(facts(city))

    assert "referrals" in told
    assert "Diterima · accepted" in told
    assert city.run("./senandung ready").returncode == 0


def test_an_upgrade_and_a_stop_lose_nothing(night: str, city: ComposeCity) -> None:
    said = asyncio.run(facts(city))

    city.does(block("Upgrade", 0))
    stop, up = block("Stop and remove", 0).splitlines()
    city.does(stop)
    ends = {service: city.inspect(service)["State"]["ExitCode"] for service in SERVICES}
    city.does(up)

    assert ends == dict.fromkeys(SERVICES, 0)
    assert asyncio.run(facts(city)) == said


def test_the_page_has_no_command_that_is_not_run_here() -> None:
    run = re.findall(r"block\(\"(.+?)\", (\d)\)", Path(__file__).read_text() + Path(conftest.__file__).read_text())
    written = {(heading, number) for heading, found in blocks().items() for number in range(len(found))}

    assert written - {(heading, int(number)) for heading, number in run} == set()
