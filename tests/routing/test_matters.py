"""What may be recorded of a matter of law, and what no law allows to be recorded (R19, R20, R60, R61, R71)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import commands
from shared.contracts.message import Refusal
from shared.contracts.model import AboutChild, Command
from shared.contracts.proceedings import (
    ChildArrested,
    ChildDetained,
    ChildReleased,
    DetentionExtended,
    DetentionPassedOn,
    DiversionAgreed,
    DiversionOpened,
    JointlyDecided,
    MatterOpened,
    ReportRequested,
)
from tests.harness import NIGHT
from tests.routing.city import NOBODY, Case, routing
from tests.routing.court import SUSPECT, VICTIM, Matter

MONDAY = "2026-11-02 09:00"
TUESDAY = "2026-11-03 09:00"


def of_age(years: int | None, **more: Any) -> Matter:
    return Matter(MONDAY, AboutChild(age_years=years, role="offender"), **more)


@pytest.mark.parametrize(
    ("matter", "detention", "code"),
    [
        ({"years": 13, "threat": "7-or-more"}, {}, "no-detention-under-14"),
        ({"years": 16, "threat": "under-7"}, {}, "threat-too-low-for-detention"),
        ({"years": 16, "threat": "7-or-more"}, {"guaranteed": True}, "child-is-guaranteed"),
        ({"years": 16, "threat": "7-or-more"}, {"held_by": "dinsos"}, "no-place-of-detention"),
        ({"years": 16, "threat": "7-or-more"}, {"held_by": "polresta"}, "no-place-of-detention"),
        ({"years": 14, "threat": "7-or-more"}, {}, None),
        ({"years": None, "threat": "unknown"}, {}, None),
    ],
)
def test_who_may_not_be_detained_is_not_recorded_as_detained(
    matter: dict[str, Any], detention: dict[str, Any], code: str | None
) -> None:
    """R60; R61: the shelter refuses a child in detention, and says why. What nobody has told forbids nothing."""
    told = of_age(**matter).detains("investigation", TUESDAY, **detention)

    assert told.refused() == code
    assert bool(told.case.all(ChildDetained)) == (code is None)


def test_a_victim_is_neither_arrested_detained_nor_diverted() -> None:
    """R71."""
    matter = Matter(MONDAY, VICTIM)
    for type_, more in (
        (commands.RecordArrest, {}),
        (commands.RecordDetention, {"stage": "investigation", "held_by": "lapas"}),
        (commands.OpenDiversion, {"stage": "investigation"}),
        (commands.RecordRelease, {"why": "ended"}),
        (commands.DecideJointly, {"decision": "programme", "decided_by": []}),
    ):
        assert matter.does(type_, TUESDAY, **more).refused() == "not-an-offender"


def test_a_child_that_is_offender_in_one_matter_may_be_victim_in_another() -> None:
    """R71: each matter has its role, and its limits go by it."""
    first = Matter(MONDAY, SUSPECT)
    second = Matter(TUESDAY, VICTIM, first.case)

    assert {row.thing for row in first.clocks("r31-litmas")} == {first.id}
    assert {row.thing for row in second.clocks("r31-social-report")} == {second.id}


@pytest.mark.parametrize(
    ("years", "threat", "stage", "code"),
    [
        (11, "under-7", "investigation", "no-diversion-under-12"),
        (16, "7-or-more", "investigation", "not-eligible-for-diversion"),
        (16, "7-or-more", "prosecution", "not-eligible-for-diversion"),
        (16, "7-or-more", "trial", None),
        (16, "under-7", "appeal", "not-eligible-for-diversion"),
        (16, "under-7", "investigation", None),
        (None, "unknown", "investigation", None),
    ],
)
def test_diversion_is_for_whom_the_law_has_it(years: int | None, threat: str, stage: str, code: str | None) -> None:
    """R19, R20; R20a: a court may divert where charges are mixed."""
    assert of_age(years, threat=threat).diverts(stage, TUESDAY, "pn").refused() == code


def test_a_repeat_offence_may_be_diverted_though_it_need_not() -> None:
    """R20: only the duty ends."""
    matter = of_age(16, threat="under-7", repeat=True).diverts("investigation", TUESDAY)

    assert matter.refused() is None
    assert not matter.clocks("r34-pp")


@pytest.mark.parametrize(
    ("years", "decided_by", "code"),
    [
        (10, ["polresta", "bapas", "dinsos"], None),
        (10, ["polresta", "bapas", "sakti-peksos"], None),
        (10, ["polresta", "bapas"], "joint-decision-incomplete"),
        (10, ["bapas", "dinsos"], "joint-decision-incomplete"),
        (12, ["polresta", "bapas", "dinsos"], "not-under-12"),
    ],
)
def test_about_a_child_under_twelve_all_three_decide(years: int, decided_by: list[str], code: str | None) -> None:
    """R19."""
    matter = of_age(years)
    matter.does(commands.DecideJointly, TUESDAY, decision="return-to-parents", decided_by=decided_by)

    assert matter.refused() == code
    assert bool(matter.case.all(JointlyDecided)) == (code is None)


def test_the_next_stage_ends_the_one_before_and_no_stage_comes_twice() -> None:
    matter = of_age(16, threat="7-or-more").detains("investigation", TUESDAY)
    matter.detains("prosecution", "2026-11-05 09:00", "kejari")

    assert matter.case.last(DetentionPassedOn).next == matter.case.last(ChildDetained).detention
    assert matter.detains("prosecution", "2026-11-06 09:00").refused() is None
    assert len(matter.case.all(ChildDetained)) == 2, "to say so again changes nothing"
    assert matter.detains("investigation", "2026-11-06 10:00").refused() == "stage-not-next"


def test_an_extension_is_no_longer_than_the_law_has_and_comes_before_the_limit() -> None:
    """R47, R52."""
    matter = of_age(16, threat="7-or-more").detains("investigation", TUESDAY)

    assert matter.extends(9, "2026-11-04 09:00").refused() == "extension-too-long"
    assert matter.extends(8, "2026-11-10 09:00").refused() == "extension-too-late"
    assert not matter.case.all(DetentionExtended)
    matter.releases("2026-11-10 10:00")
    assert matter.extends(8, "2026-11-10 11:00").refused() == "detention-not-open"
    assert matter.releases("2026-11-10 12:00").refused() == "detention-not-open"


def test_a_child_that_was_only_arrested_can_be_released() -> None:
    matter = of_age(16).does(commands.RecordArrest, TUESDAY).releases("2026-11-03 20:00", "polresta")

    assert matter.case.last(ChildReleased).detention is None
    assert matter.releases("2026-11-03 21:00", "polresta").refused() == "detention-not-open"


def test_a_report_is_asked_for_once_and_delivered_once() -> None:
    matter = Matter(MONDAY, VICTIM).asks("social-report", MONDAY).asks("social-report", TUESDAY)

    assert len(matter.case.all(ReportRequested)) == 1
    assert matter.delivers(TUESDAY, "bapas").refused() == "not-permitted", "a litmas is the probation office's"
    assert matter.delivers(TUESDAY, "sakti-peksos").refused() is None
    assert matter.delivers(TUESDAY).refused() == "report-not-open"


def test_only_what_was_agreed_can_fail_to_be_carried_out() -> None:
    """R27."""
    matter = of_age(16, threat="under-7").diverts("investigation", TUESDAY)

    assert matter.ends_diversion("not-carried-out", TUESDAY).refused() == "diversion-not-open"
    matter.ends_diversion("agreed", TUESDAY)
    assert matter.ends_diversion("not-agreed", TUESDAY).refused() == "diversion-not-open"
    assert matter.ends_diversion("not-carried-out", TUESDAY).refused() is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands.RecordStep(occurred_at=NIGHT, matter=NOBODY, step="file-at-court"), "unknown-matter"),
        (commands.RequestReport(occurred_at=NIGHT, matter=NOBODY, kind="litmas"), "unknown-matter"),
        (commands.RecordArrest(occurred_at=NIGHT, matter=NOBODY), "unknown-matter"),
        (commands.DeliverReport(occurred_at=NIGHT, report=NOBODY), "unknown-report"),
        (commands.RecordExtension(occurred_at=NIGHT, detention=NOBODY, days=1), "unknown-detention"),
        (commands.RecordDiversion(occurred_at=NIGHT, diversion=NOBODY, outcome="agreed"),
         "unknown-diversion"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(command: Command, code: str) -> None:
    case = Case(routing()).is_identified()
    case.takes(command, "polresta")

    assert case.refused() == code


def test_who_has_nothing_to_do_with_justice_tells_nothing_of_it() -> None:
    matter = of_age(16)

    assert matter.does(commands.RecordArrest, TUESDAY, "dinkes").refused() == "not-permitted"
    assert matter.step("file-at-court", TUESDAY, "papb").refused() == "not-permitted"


AGES = st.sampled_from([None, 9, 11, 12, 13, 14, 17])
ACTS: tuple[tuple[type[Command], dict[str, st.SearchStrategy[Any]]], ...] = (
    (commands.RecordArrest, {}),
    (commands.RecordDetention, {"stage": st.sampled_from(["investigation", "prosecution", "trial"]),
                                "held_by": st.sampled_from(["lapas", "dinsos"]), "guaranteed": st.booleans()}),
    (commands.RecordRelease, {"why": st.just("ended")}),
    (commands.OpenDiversion, {"stage": st.sampled_from(["investigation", "trial", "cassation"])}),
    (commands.DecideJointly, {"decision": st.just("programme"),
                              "decided_by": st.sampled_from([("polresta", "bapas", "dinsos"), ("dinsos",)])}),
)  # fmt: skip


@settings(max_examples=80)
@given(AGES, st.sampled_from(["offender", "victim"]), st.sampled_from(["under-7", "7-or-more", "unknown"]), st.data())
def test_no_sequence_of_commands_records_what_the_law_forbids(
    years: int | None, role: Any, threat: str, data: st.DataObject
) -> None:
    matter = Matter(MONDAY, AboutChild(age_years=years, role=role), threat=threat)
    for _ in range(data.draw(st.integers(1, 12))):
        type_, fields = data.draw(st.sampled_from(ACTS))
        drawn = {name: data.draw(strategy) for name, strategy in fields.items()}
        matter.case.waits(timedelta(hours=data.draw(st.sampled_from([1, 30]))))
        matter.case.takes(
            type_.model_validate({"occurred_at": matter.case.now, "matter": matter.id, **drawn}), "dinsos"
        )

    case, known = matter.case, years if years is not None else 14
    offends = case.all(ChildArrested) + case.all(ChildDetained) + case.all(DiversionOpened) + case.all(JointlyDecided)
    assert role == "offender" or not offends, "R71"
    assert not case.all(ChildDetained) or (known >= 14 and threat != "under-7"), "R60"
    assert {fact.held_by for fact in case.all(ChildDetained)} <= {"lapas"}, "R61"
    assert not case.all(DiversionOpened) or known >= 12, "R19"
    assert not case.all(JointlyDecided) or years is None or years < 12, "R19"
    stages = [fact.stage for fact in case.all(ChildDetained)]
    assert stages == sorted(set(stages), key=["investigation", "prosecution", "trial"].index), "each stage once, R60"
    assert not case.all(DiversionAgreed)
    assert len(case.all(MatterOpened)) == 1


def test_a_refusal_names_who_could() -> None:
    matter = of_age(16, threat="7-or-more").detains("investigation", TUESDAY, held_by="dinsos")

    assert isinstance(matter.case.refusal, Refusal)
    assert matter.case.who_could() == ("lapas",)


def test_a_child_that_is_under_twelve_now_was_so_at_the_offence_though_nobody_told_its_age_then() -> None:
    """R19, R60: a child only grows older."""
    case = Case(routing()).is_identified(AboutChild(age_years=11)).is_at_risk("high")
    matter = Matter(MONDAY, AboutChild(role="offender"), case, threat="unknown")

    assert matter.diverts("investigation", TUESDAY).refused() == "no-diversion-under-12"
    assert matter.detains("investigation", TUESDAY).refused() == "no-detention-under-14"


def test_an_attempt_does_not_end_in_an_agreement_once_it_is_known_that_the_child_was_under_twelve() -> None:
    """R19."""
    matter = Matter(MONDAY, AboutChild(role="offender"), Case(routing()).is_identified(AboutChild()).is_at_risk("low"))
    matter.diverts("investigation", TUESDAY)
    matter.case.is_confirmed(AboutChild(age_years=11, category="ABH"))

    assert matter.ends_diversion("agreed", TUESDAY).refused() == "no-diversion-under-12"
    assert matter.ends_diversion("not-agreed", TUESDAY).refused() is None


def test_what_was_decided_jointly_is_not_diverted_whatever_the_age() -> None:
    """R19: it was about a child under twelve."""
    matter = Matter(MONDAY, AboutChild(role="offender"), Case(routing()).is_identified(AboutChild()).is_at_risk("low"))
    three = ["polresta", "bapas", "dinsos"]
    matter.does(commands.DecideJointly, TUESDAY, decision="return-to-parents", decided_by=three)

    assert matter.diverts("investigation", TUESDAY).refused() == "no-diversion-under-12"


def test_a_matter_that_was_diverted_is_diverted_again_only_once_that_was_not_carried_out() -> None:
    """R27."""
    matter = of_age(16).diverts("investigation", TUESDAY).ends_diversion("agreed", TUESDAY)
    assert matter.diverts("prosecution", TUESDAY).refused() == "diversion-not-open"

    matter.ends_diversion("not-carried-out", TUESDAY)
    assert matter.diverts("prosecution", TUESDAY).refused() is None
