"""The coordinator's desk: who has how many cases, and what waits for an approval (R122, R130, R137)."""

import pytest

from services.intake.api.work import bin_of
from shared.contracts.message import Caller
from tests.intake.desk import Intake

BOSS = Caller("dinsos", "coordinator", "uji-9")
WORKER = Caller("dinsos", "officer", "uji-2")


async def reported(intake: Intake, count: int) -> list[str]:
    answer = await intake.asks("report-child", key="r", source="teacher", children=[{}] * count)
    cases: list[str] = answer.json()["subjects"]
    return cases


async def test_the_coordinator_sees_who_has_how_many_cases_and_who_has_too_many(intake: Intake) -> None:
    """R122: 25 for one worker."""
    cases = await reported(intake, 28)
    for number, case in enumerate(cases[:26]):
        await intake.asks("assign-worker", WORKER, key=f"take-{number}", about=case)
    await intake.asks("assign-worker", BOSS, key="give", about=cases[26], worker="uji-3")

    shown = (await intake.looks("/caseloads", BOSS)).json()

    assert shown == [
        {"agency": "dinsos", "worker": "uji-2", "cases": 26, "bin": "20-29", "too_many": True},
        {"agency": "dinsos", "worker": "uji-3", "cases": 1, "bin": "<10", "too_many": False},
    ]


@pytest.mark.parametrize(("cases", "name"), [
    (0, "<10"), (9, "<10"), (10, "10-19"), (19, "10-19"), (20, "20-29"), (29, "20-29"), (30, ">=30"), (99, ">=30"),
])  # fmt: skip
def test_caseloads_are_counted_in_the_bins_of_the_figures(cases: int, name: str) -> None:
    """R137."""
    assert bin_of(cases) == name


async def test_the_coordinator_finds_what_waits_for_an_approval_and_approves_it(intake: Intake) -> None:
    [case] = await reported(intake, 1)
    await intake.asks("request-closing", WORKER, key="close", about=case, outcome="no-need-found")

    [waits] = (await intake.looks("/approvals", BOSS)).json()
    assert (waits["case"], waits["approval"]["of"], waits["approval"]["asked_by"]) == (case, "closing", "uji-2")

    await intake.asks("give-approval", BOSS, key="yes", about=case, approval=waits["approval"]["approval"])
    shown = (await intake.looks(f"/cases/{case}", BOSS)).json()
    assert (shown["closing"]["status"], [a["status"] for a in shown["approvals"]]) == ("asked", ["given"])
    assert (await intake.looks("/approvals", BOSS)).json() == []


@pytest.mark.parametrize("path", ["/caseloads", "/approvals"])
@pytest.mark.parametrize("caller", [WORKER, Caller("dp3akb", "coordinator", "x"), Caller("satpol-pp", "officer", "x")])
async def test_nobody_else_looks_at_that_desk(intake: Intake, path: str, caller: Caller) -> None:
    assert (await intake.looks(path, caller)).status_code == 403


async def test_a_worker_sees_what_is_due_in_its_own_cases_first_and_the_coordinator_sees_all(intake: Intake) -> None:
    """R122: high risk within a day; a case that nobody has must be taken within hours."""
    calm, high, other = await reported(intake, 3)
    for case in (calm, high):
        await intake.asks("assign-worker", WORKER, key=f"take-{case}", about=case)
    await intake.asks("assess-risk", WORKER, key="risk", about=high, risk="high")

    mine = (await intake.looks("/work", WORKER)).json()
    everything = (await intake.looks("/work", BOSS)).json()

    assert [(row["case"], row["phase"], row["worker"]) for row in mine] == [
        (high, "assessment", "uji-2"), (calm, "assessment", "uji-2"),
    ]  # fmt: skip
    assert everything[0]["case"] == other
    assert len(everything) == 3


async def test_how_far_a_case_has_come_is_shown_with_it(intake: Intake) -> None:
    [case] = await reported(intake, 1)
    await intake.asks("make-assessment", WORKER, key="a", about=case, care="kin", needs=["health"])
    await intake.asks("make-plan", WORKER, key="p", about=case, goal="reunification")
    await intake.asks("follow-up", WORKER, key="f", about=case, found="at-risk")

    work = (await intake.looks(f"/cases/{case}", WORKER)).json()["work"]

    assert (work["phase"], work["care"], work["goal"], work["visits"], work["found"]) == (
        "follow-up", "kin", "reunification", 1, "at-risk",
    )  # fmt: skip
    assert work["follow_up_by"] is not None
