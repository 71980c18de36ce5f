"""Limits that run on a child: started, warned of, kept, missed, extended, corrected (R29-R54, R59)."""

from datetime import timedelta
from pathlib import Path

from services.routing.domain import domain
from services.routing.domain.clock import LookAt
from services.routing.law import Law
from shared.contracts import clocks, commands, placements
from shared.contracts.model import AboutChild, Custodian
from tests.routing.city import DIRECTORY, NOBODY, POLICIES, Case, told
from tests.routing.court import VICTIM, Matter, wita
from tests.routing.test_law import changed


def test_an_investigation_starts_what_the_police_owe() -> None:
    """E1: opened on Monday 2 November at 09:00."""
    matter = Matter("2026-11-02 09:00", threat="under-7", repeat=False)

    assert matter.due("r29") == matter.due("r31-litmas") == wita("2026-11-03 09:00")
    assert matter.due("r34-pp") == wita("2026-11-09 09:00")
    assert matter.due("r34-uu") == wita("2026-11-09 23:59:59"), "the other reading runs beside it"
    assert not matter.clocks("r31-social-report"), "a social report is for victims and witnesses"


def test_a_report_on_a_victim_is_due_after_three_days_of_hours_weekend_or_not() -> None:
    """E1, R33."""
    matter = Matter("2026-11-06 09:00", VICTIM).asks("social-report", "2026-11-06 15:00")

    assert matter.due("r33") == wita("2026-11-09 15:00")
    assert matter.status("r31-social-report") == "satisfied"


def test_a_report_in_time_satisfies_its_limit() -> None:
    matter = Matter("2026-11-02 09:00", VICTIM).asks("social-report", "2026-11-02 15:00").delivers("2026-11-05 14:59")

    assert (matter.status("r33"), matter.clock("r33").late) == ("satisfied", False)


def test_a_limit_is_warned_of_at_eighty_hundredths_and_missed_at_its_end() -> None:
    matter = Matter("2026-11-02 09:00", VICTIM).asks("social-report", "2026-11-02 15:00")
    matter.waits_until("2026-11-06 00:00")

    warned = [fact for fact in matter.case.all(clocks.ClockWarned) if fact.rule.row == "r33"]
    missed = [fact for fact in matter.case.all(clocks.ClockBreached) if fact.rule.row == "r33"]
    assert [(fact.percent, fact.occurred_at) for fact in warned] == [(80, wita("2026-11-05 00:36"))]
    assert [(fact.occurred_at, fact.escalated_to) for fact in missed] == [(wita("2026-11-05 15:00"), "dinsos")]


def test_a_report_after_its_limit_is_late_and_ends_it() -> None:
    matter = Matter("2026-11-02 09:00", VICTIM).asks("social-report", "2026-11-02 15:00").delivers("2026-11-06 08:00")

    assert (matter.status("r33"), matter.clock("r33").late) == ("satisfied", True)


def test_paper_that_comes_late_takes_back_that_a_limit_was_missed() -> None:
    """Delivered in time, told of a day after the limit."""
    matter = Matter("2026-11-02 09:00", VICTIM).asks("social-report", "2026-11-02 15:00")
    matter.delivers("2026-11-05 10:00", told="2026-11-06 09:00")

    corrected = matter.case.last(clocks.ClockCorrected)
    assert (corrected.why, corrected.rule.row) == ("in-time", "r33")
    assert (matter.status("r33"), matter.clock("r33").late) == ("satisfied", False)


def test_what_police_owe_is_observed_and_escalated_to_nobody() -> None:
    """R153."""
    matter = Matter("2026-11-02 09:00").waits_until("2026-11-04 00:00")

    missed = [fact for fact in matter.case.all(clocks.ClockBreached) if fact.rule.row == "r29"]
    assert [(fact.owner, fact.escalated_to) for fact in missed] == [("polresta", None)]


def test_a_limit_that_nobody_confirmed_only_ever_warns() -> None:
    """R36 is not a text that was seen."""
    matter = Matter("2026-11-02 09:00").diverts("investigation", "2026-11-03 09:00").waits_until("2027-01-01 00:00")

    assert [fact.percent for fact in matter.case.all(clocks.ClockWarned) if fact.rule.row == "r36"] == [80, 100]
    assert not [fact for fact in matter.case.all(clocks.ClockBreached) if fact.rule.row == "r36"]
    assert matter.status("r36") == "running"
    matter.ends_diversion("agreed", "2027-01-02 09:00")
    assert matter.clock("r36").late
    assert not [fact for fact in matter.case.all(clocks.ClockBreached) if fact.rule.row == "r36"]


def test_both_readings_of_an_arrest_run() -> None:
    """R46: on a Friday, 24 hours and 24 hours of working time."""
    matter = Matter("2026-11-06 08:00").does(commands.RecordArrest, "2026-11-06 10:00")

    assert matter.due("r46-elapsed") == wita("2026-11-07 10:00")
    assert matter.due("r46-working") == wita("2026-11-09 10:00")
    matter.releases("2026-11-07 09:00", by="polresta")
    assert {matter.status("r46-elapsed"), matter.status("r46-working")} == {"satisfied"}


def test_detention_counts_its_first_day_and_ends_in_release() -> None:
    """R47, R52, R159."""
    matter = Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")

    assert matter.due("r47") == wita("2026-11-08 23:59:59")
    matter.waits_until("2026-11-09 00:00")
    assert matter.case.last(clocks.ClockBreached).consequence == "must-release"
    assert "lapas" in matter.case.last(clocks.ClockBreached).told


def test_an_extension_moves_the_limit_once() -> None:
    matter = Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")
    matter.extends(8, "2026-11-08 10:00")

    assert (matter.due("r47"), matter.clock("r47").extended) == (wita("2026-11-16 23:59:59"), True)
    matter.extends(1, "2026-11-09 10:00")
    assert matter.refused() == "already-extended"


def test_an_extension_at_the_very_end_of_the_time_is_taken() -> None:
    matter = Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")
    matter.extends(8, "2026-11-08 23:59:59")

    assert matter.refused() is None
    assert matter.due("r47") == wita("2026-11-16 23:59:59")


def test_an_extension_in_time_that_was_told_late_takes_the_breach_back() -> None:
    matter = Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")
    matter.extends(8, "2026-11-08 10:00", told="2026-11-09 12:00")

    said = [fact.type for fact in matter.case.all(clocks.OfClock) if fact.rule.row == "r47"]
    assert said[-3:] == ["clock-breached", "clock-corrected", "clock-extended"]
    assert (matter.status("r47"), matter.due("r47")) == ("running", wita("2026-11-16 23:59:59"))


def test_days_left_of_a_stage_are_not_carried_over() -> None:
    """R60: five of fifteen days used, and the next stage has its own five."""
    matter = Matter("2026-11-02 08:00", threat="7-or-more").detains("investigation", "2026-11-02 14:00")
    matter.detains("prosecution", "2026-11-06 10:00", by="kejari")

    assert matter.status("r47") == "satisfied"
    assert matter.due("r48") == wita("2026-11-10 23:59:59")


def test_a_step_that_is_told_anew_with_another_time_moves_what_it_started() -> None:
    matter = Matter("2026-11-02 08:00").step("file-at-court", "2026-11-10 09:00", "pn")
    matter.step("file-at-court", "2026-11-09 09:00", "pn", told="2026-11-10 10:00")

    corrected = matter.case.last(clocks.ClockCorrected)
    assert (corrected.was, corrected.due) == (wita("2026-11-13 23:59:59"), wita("2026-11-12 23:59:59"))
    assert corrected.why == "start"
    assert len(matter.clocks("r39")) == 1


def test_each_monthly_report_starts_the_next_month() -> None:
    """R19c, R56."""
    matter = Matter("2026-11-02 08:00", AboutChild(age_years=10, role="offender"))
    matter.does(
        commands.DecideJointly, "2026-11-03 09:00", decision="programme", decided_by=["polresta", "bapas", "dinsos"]
    )
    matter.step("programme-reported", "2026-12-01 09:00", "dinsos")

    first, second = matter.clocks("r56-report")
    assert (first.status, second.status, second.due) == ("satisfied", "running", wita("2026-12-31 23:59:59"))


def test_of_a_child_under_twelve_no_diversion_is_due() -> None:
    """R19: the offer of diversion is not its track."""
    matter = Matter("2026-11-02 08:00", AboutChild(age_years=11, role="offender"))

    assert not matter.clocks("r34-pp")


def test_of_a_repeat_offence_no_diversion_is_due() -> None:
    """R20."""
    assert not Matter("2026-11-02 08:00", repeat=True).clocks("r34-pp")


def test_a_stay_in_the_shelter_has_its_limits() -> None:
    """R75, R76."""
    case = Case(domain(policies=POLICIES, directory=DIRECTORY, law=Law.load())).is_identified()
    case.hears(told(placements.AdmittedToRpsa, stay=NOBODY, house="rpsa-1", referral=NOBODY), "placements")

    started = {fact.rule.row: fact for fact in case.all(clocks.ClockStarted)}
    assert started["r76"].due == wita("2026-11-05 23:59:59")
    assert started["r75"].due == wita("2027-05-02 23:59:59")
    case.waits(timedelta(days=2))
    gone = placements.Discharged(
        occurred_at=case.now, stay=NOBODY, to=Custodian(kind="family"), outcome="returned-to-family"
    )
    case.hears(gone, "placements")
    assert {fact.rule.row for fact in case.all(clocks.ClockSatisfied)} == {"r75", "r76"}


def test_a_clock_goes_by_the_law_of_the_day_on_which_it_started(tmp_path: Path) -> None:
    """What runs when the law changes runs on as it began."""
    folder = changed(tmp_path, "investigation", id="r33", valid_to="2026-11-03")
    file = folder / "tables" / "investigation.csv"
    old = next(line for line in file.read_text().splitlines() if line.startswith("r33,"))
    new = old.replace("r33,1,,2026-11-03", "r33,2,2026-11-04,").replace(",72,elapsed", ",48,elapsed")
    file.write_text(file.read_text() + new + "\n")
    case = Case(domain(policies=POLICIES, directory=DIRECTORY, law=Law.load(folder))).is_identified()

    matter = Matter("2026-11-02 09:00", VICTIM, case).asks("social-report", "2026-11-03 15:00")
    assert (matter.clock("r33").version, matter.due("r33")) == ("1", wita("2026-11-06 15:00"))
    matter.delivers("2026-11-04 09:00").asks("social-report", "2026-11-04 10:00")
    assert (matter.clock("r33").version, matter.due("r33")) == ("2", wita("2026-11-06 10:00"))


def test_nothing_is_said_of_clocks_where_no_row_goes_by_a_fact() -> None:
    case = Case(domain(policies=POLICIES, directory=DIRECTORY, law=Law.load())).is_identified().is_at_risk("high")

    assert not case.all(clocks.OfClock)
    assert not [due for due in case.domain.deadlines(case.state) if isinstance(due, LookAt)]
