"""Diversion meetings, what an agreement needs, what it asks to be done, and the end of a matter (R22, R24-R26, R65)."""

from datetime import timedelta
from typing import Any

import pytest

from services.routing.domain.hearing import HearingRow
from services.routing.domain.order import OPEN
from shared.contracts import commands
from shared.contracts.model import AboutChild, Activity
from shared.contracts.proceedings import (
    ActivityLogged,
    DiversionAgreed,
    DiversionOpened,
    HearingHeld,
    HearingScheduled,
    MatterEnded,
    OrderCarriedOut,
    OrderMade,
    OrderNotCarriedOut,
    OrderOverdue,
)
from tests.routing.city import NOBODY
from tests.routing.court import SUSPECT, VICTIM, Matter

MONDAY = "2026-11-02 09:00"
TUESDAY = "2026-11-03 09:00"
MEETING = "2026-11-10 09:00"
ALL = [{"who": who} for who in ("child", "parent", "victim", "probation-officer", "social-worker")]
SERVICE = {"kind": "community-service", "through": "dinsos", "days": 30}


def diverted(**more: Any) -> Matter:
    """A boy of sixteen for whom diversion is tried."""
    return Matter(MONDAY, SUSPECT, threat="under-7", **more).diverts("investigation", TUESDAY)


def met(matter: Matter, attendance: list[dict[str, str]], outcome: str = "agreed") -> Matter:
    """The meeting took place."""
    matter.sets_hearing(MEETING, matter=matter.id)
    hearing = matter.case.last(HearingScheduled).hearing
    return matter.tells(commands.RecordHearing, MEETING, hearing=hearing, outcome=outcome, attendance=attendance)


def agreed(*orders: dict[str, Any], **more: Any) -> Matter:
    return diverted().ends_diversion("agreed", MEETING, orders=orders, **more)


# -- the meeting --------------------------------------------------------------------------------------------------


def test_a_meeting_at_which_all_were_is_complete() -> None:
    """R22."""
    held = met(diverted(), ALL).case.last(HearingHeld)

    assert held.complete
    assert len(held.attendance) == 5


@pytest.mark.parametrize("who", [each["who"] for each in ALL])
def test_a_meeting_of_which_nobody_tells_whether_one_who_must_was_there_is_not_recorded(who: str) -> None:
    """R22."""
    matter = met(diverted(), [each for each in ALL if each["who"] != who])

    assert matter.refused() == "participants-missing"
    assert not matter.case.all(HearingHeld)


def test_who_was_not_there_is_told_with_the_reason() -> None:
    """R22: there is not always a victim who can come."""
    absent = [each if each["who"] != "victim" else {"who": "victim", "absent": "ill"} for each in ALL]

    assert met(diverted(), absent).case.last(HearingHeld).complete


def test_a_meeting_of_which_nothing_is_told_is_noted_as_not_complete() -> None:
    """R22."""
    assert not met(diverted(), []).case.last(HearingHeld).complete


def test_a_parent_that_is_a_suspect_takes_no_part_and_is_told_as_excluded() -> None:
    """R65, E9."""
    assert met(diverted(suspect="parent"), ALL).refused() == "companion-excluded"

    absent = [each if each["who"] != "parent" else {"who": "parent", "absent": "excluded"} for each in ALL]
    assert met(diverted(suspect="parent"), absent).case.last(HearingHeld).complete


def test_a_victim_of_any_age_may_come_to_the_meeting_about_what_was_done_to_it() -> None:
    """R19, R22: under twelve no offender is brought to one, by the age at the offence (E5)."""
    victim = Matter(MONDAY, VICTIM)
    young = Matter(MONDAY, AboutChild(role="offender", age_years=11))

    assert victim.sets_hearing(MEETING, matter=victim.id).refused() is None
    assert young.sets_hearing(MEETING, matter=young.id).refused() == "no-diversion-under-12"
    assert young.sets_hearing(MEETING).refused() == "no-diversion-under-12"
    assert young.sets_hearing(MEETING, matter=NOBODY).refused() == "unknown-matter"


@pytest.mark.parametrize(
    ("forum", "verdict", "closed"), [("court", False, True), ("court", True, False), ("diversion", True, True)]
)
def test_a_hearing_is_closed_but_for_the_reading_of_the_verdict(forum: str, verdict: bool, closed: bool) -> None:
    """R63; R68: nothing that is said of it, open or closed, has a name or a picture in it."""
    matter = diverted().sets_hearing(MEETING, "pn", forum=forum, verdict=verdict)
    said = matter.case.last(HearingScheduled)

    assert said.closed == closed
    assert set(said.model_dump()) == {"occurred_at", "hearing", "forum", "at", "by", "companion_by", "matter", "closed"}
    assert matter.case.rows(HearingRow)


# -- consent ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("consents", "without_victim", "enough"),
    [
        (["child", "parent", "victim"], None, True),
        (["child", "social-worker", "victim"], None, True),
        (["child", "parent"], None, False),
        (["child", "victim"], None, False),
        (["parent", "victim"], None, False),
        (["child", "parent"], "violation", True),
        (["child", "parent"], "light-offence", True),
        (["child", "parent"], "victimless", True),
        (["child", "parent"], "small-loss", True),
        (["parent"], "victimless", False),
        ([], None, False),
    ],
)
def test_an_agreement_needs_child_family_and_victim_but_for_the_exceptions(
    consents: list[str], without_victim: str | None, enough: bool
) -> None:
    """R24."""
    matter = agreed(consents=consents, without_victim=without_victim)

    assert matter.refused() == (None if enough else "not-all-consented")
    assert bool(matter.case.all(DiversionAgreed)) == enough


def test_a_parent_that_is_a_suspect_consents_to_nothing_and_the_social_worker_stands_in() -> None:
    """R24, R65, E9."""
    matter = diverted(suspect="parent")

    assert matter.ends_diversion("agreed", MEETING).refused() == "not-all-consented"
    assert matter.ends_diversion("agreed", MEETING, consents=["child", "social-worker", "victim"]).refused() is None


def test_no_agreement_needs_no_consent() -> None:
    """R27."""
    assert diverted().ends_diversion("not-agreed", MEETING, consents=[]).refused() is None


# -- orders -------------------------------------------------------------------------------------------------------


def test_each_thing_that_is_agreed_has_its_own_end_and_is_watched_by_the_probation_office() -> None:
    """R25, R26."""
    matter = agreed(SERVICE, {"kind": "education-or-training", "through": "disnaker", "days": 60})
    first, second = matter.case.all(OrderMade)

    assert (first.kind, first.through, first.supervised_by) == ("community-service", "dinsos", "bapas")
    assert str(first.until) == "2026-12-10 23:59:59+08:00"
    assert str(second.until) == "2027-01-09 23:59:59+08:00"


@pytest.mark.parametrize(
    ("kind", "days", "allowed"),
    [
        ("community-service", 92, True),
        ("community-service", 93, False),
        ("education-or-training", 93, False),
        ("medical-rehabilitation", 300, True),
    ],
)
def test_service_and_education_end_within_three_months(kind: str, days: int, allowed: bool) -> None:
    """R25: from 10 November three months are 92 days."""
    matter = agreed({**SERVICE, "kind": kind, "days": days})

    assert matter.refused() == (None if allowed else "order-too-long")
    assert bool(matter.case.all(DiversionAgreed)) == allowed


def test_of_an_order_that_is_carried_out_nothing_is_overdue() -> None:
    """R25."""
    matter = agreed(SERVICE)
    order = matter.case.last(OrderMade).order
    matter.tells(commands.RecordOrder, "2026-12-01 09:00", "dinsos", order=order, outcome="carried-out")
    matter.case.waits(timedelta(days=60))

    assert len(matter.case.all(OrderCarriedOut)) == 1
    assert not matter.case.all(OrderOverdue)
    assert matter.clock("r25-service").status == "satisfied"
    told_again = matter.tells(commands.RecordOrder, "2026-12-01 09:00", "bapas", order=order, outcome="carried-out")
    assert told_again.refused() is None
    assert len(matter.case.all(OrderCarriedOut)) == 1
    other = matter.tells(commands.RecordOrder, "2026-12-01 09:00", "bapas", order=order, outcome="not-carried-out")
    assert other.refused() == "order-not-open"


def test_of_an_order_of_which_nobody_tells_in_time_it_is_said_so_and_it_can_still_be_told() -> None:
    """R26; where it was not carried out, the seven days run in which somebody must act (R45)."""
    matter = agreed(SERVICE)
    order = matter.case.last(OrderMade).order
    matter.waits_until("2026-12-12 09:00")
    assert [fact.order for fact in matter.case.all(OrderOverdue)] == [order]

    matter.tells(commands.RecordOrder, "2026-12-12 10:00", "bapas", order=order, outcome="not-carried-out")
    assert len(matter.case.all(OrderNotCarriedOut)) == 1
    assert str(matter.due("r45")).startswith("2026-12-19 ")


def test_with_an_agreement_that_fails_its_orders_are_void() -> None:
    """R27."""
    matter = agreed(SERVICE).ends_diversion("not-carried-out", "2026-11-20 09:00")
    matter.case.waits(timedelta(days=60))

    assert not matter.case.all(OrderOverdue)
    assert [it.status in OPEN for it in matter.case.state.proceedings.matters.orders.values()] == [False]


def test_only_who_has_to_do_with_an_order_tells_of_it() -> None:
    """R26."""
    matter = agreed(SERVICE)
    order = matter.case.last(OrderMade).order

    assert matter.tells(commands.RecordOrder, MEETING, "satpol-pp", order=order, outcome="carried-out").refused() == (
        "not-permitted"
    )
    assert matter.tells(commands.RecordOrder, MEETING, order=NOBODY, outcome="carried-out").refused() == "unknown-order"


# -- the end of a matter ------------------------------------------------------------------------------------------


def ends(matter: Matter, why: str, at: str = "2026-12-20 09:00", by: str = "polresta") -> str | None:
    return matter.does(commands.EndMatter, at, by, why=why).refused()


def test_a_matter_ends_as_it_went_and_nothing_is_begun_in_it_any_more() -> None:
    """R19, R25, R52."""
    matter = Matter(MONDAY, SUSPECT, threat="7-or-more")
    assert ends(matter, "diverted") == "matter-not-open"
    assert ends(matter, "judged") is None
    assert matter.case.last(MatterEnded).why == "judged"
    assert ends(matter, "judged") == "matter-not-open"
    assert matter.detains("investigation", "2026-12-21 09:00").refused() == "matter-not-open"
    assert matter.diverts("trial", "2026-12-21 09:00", "pn").refused() == "matter-not-open"


def test_no_matter_ends_while_the_child_is_held() -> None:
    """R52."""
    matter = Matter(MONDAY, SUSPECT, threat="7-or-more").detains("investigation", TUESDAY)
    assert ends(matter, "judged", MEETING) == "still-detained"

    matter.releases(MEETING)
    assert ends(matter, "judged", MEETING) is None


def test_a_diverted_matter_ends_once_all_is_carried_out() -> None:
    """R25."""
    matter = agreed(SERVICE)
    assert ends(matter, "diverted", MEETING) == "matter-not-open"

    order = matter.case.last(OrderMade).order
    matter.tells(commands.RecordOrder, MEETING, "bapas", order=order, outcome="carried-out")
    assert ends(matter, "diverted", MEETING) is None
    assert matter.ends_diversion("not-carried-out", MEETING).refused() == "diversion-not-open"
    assert len(matter.case.all(DiversionOpened)) == 1


# -- what social workers do ---------------------------------------------------------------------------------------


def test_what_a_social_worker_does_is_one_of_eight_duties() -> None:
    """R69."""
    matter, kinds = diverted(), Activity.__args__  # type: ignore[attr-defined]  # what a Literal has
    for kind in kinds:
        matter.does(commands.LogActivity, TUESDAY, "sakti-peksos", kind=kind, officer="peksos-1")

    assert len(kinds) == 8
    assert [(fact.kind, fact.by) for fact in matter.case.all(ActivityLogged)] == [(k, "sakti-peksos") for k in kinds]


@pytest.mark.parametrize(
    ("by", "more", "code"),
    [
        ("polresta", {}, "not-permitted"),
        ("dinsos", {"matter": NOBODY}, "unknown-matter"),
        ("dinsos", {"hearing": NOBODY}, "unknown-hearing"),
        ("dinsos", {}, None),
    ],
)
def test_only_social_workers_tell_of_it_and_only_of_what_there_is(by: str, more: dict[str, Any], code: str) -> None:
    """R69."""
    told = diverted().tells(commands.LogActivity, TUESDAY, by, kind="listening", officer="peksos-1", **more)

    assert told.refused() == code


def test_a_social_worker_goes_on_after_the_sentence() -> None:
    """R69, R73: the probation office goes on, and involves social workers, who report to it."""
    matter = Matter(MONDAY, SUSPECT, threat="7-or-more")
    assert ends(matter, "judged") is None

    told = {"kind": "report-to-probation", "officer": "peksos-1"}
    assert matter.does(commands.LogActivity, "2026-12-21 09:00", "sakti-peksos", **told).refused() is None
