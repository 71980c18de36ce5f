"""Each check of the read-back goes red on a log that breaks what it names, and on a log with nothing to examine."""

from collections.abc import Iterable

import pytest

from deploy.demo.line import Line
from deploy.demo.readback.check import Check
from deploy.demo.readback.children import children
from deploy.demo.readback.limits import limits
from deploy.demo.readback.log import Log
from deploy.demo.readback.mailboxes import Justice
from deploy.demo.readback.messages import messages
from shared.contracts.profiles import Profiles
from tests.demo.lines import CASE, OTHER, line

POLICE = {"kind": "agency", "party": "polresta"}
DINSOS = {"kind": "agency", "party": "dinsos"}
SIBLINGS = {"id": OTHER, "size": 2}


def found(
    lines: Iterable[Line], name: str, by_http: tuple[str, ...] = (), names: tuple[str, ...] = ("Wirasena",)
) -> Check:
    log = Log(tuple(lines))
    return next(
        check for check in (*children(log), *limits(log), *messages(log, by_http, names)) if name in check.name_en
    )


def handover(giver: dict[str, str], receiver: dict[str, str]) -> Line:
    return line("placements", "handover-accepted", giver=giver, receiver=receiver)


SECURED = line("placements", "child-secured", custodian=POLICE)
REFERRED = line("referrals", "referred", referral=OTHER, agency="papb")
ACCEPTED = line("referrals", "referral-accepted", referral=OTHER, agency="papb")
ELDER = line("cases", "child-identified", siblings=SIBLINGS, source="family")
YOUNGER = line("cases", "child-identified", OTHER, siblings=SIBLINGS, source="family")
SLEEPS = line("placements", "admitted-to-rpsa", house="rpsa")
SENT = line("agency.papb.out", "accept-referral", id_="papb-1")
REFUSED = line("answers.routing", "command-refused", command="papb-1")
FIRST = line("cases", "child-identified", sequence=1)

SOON, LATER, PAST = "2026-12-01T09:00:00+08:00", "2026-12-09T09:00:00+08:00", "2026-11-01T09:00:00+08:00"
LIMIT = line("clocks", "clock-started", clock=OTHER, due=SOON)
LONGER = line("clocks", "clock-extended", clock=OTHER, was=SOON, due=LATER)
MET = line("clocks", "clock-satisfied", clock=OTHER, late=False)
OVER = line("clocks", "clock-started", clock=OTHER, due=PAST)

SOUND = [
    ("one custodian", [SECURED, handover(POLICE, DINSOS)]),
    ("one acceptance", [REFERRED, ACCEPTED]),
    ("an owner", [FIRST, line("referrals", "case-owned", owner="dinsos")]),
    ("siblings", [ELDER, YOUNGER, SLEEPS, line("placements", "admitted-to-rpsa", OTHER, house="rpsa")]),
    ("sequences", [FIRST, line("cases", "risk-assessed", sequence=2, previous=FIRST.envelope.id)]),
    ("without an event", [LIMIT, LONGER, MET]),
    ("without an event", [LIMIT, MET, line("clocks", "clock-corrected", clock=OTHER, was=SOON, due=LATER)]),
    ("met, stopped", [LIMIT]),
    ("met, stopped", [OVER, line("clocks", "clock-breached", clock=OTHER, due=PAST)]),
    ("met, stopped", [OVER, line("clocks", "clock-warned", clock=OTHER, due=PAST, percent=100)]),
    ("one outcome", [SENT, REFUSED]),
    ("CloudEvent", [FIRST]),
    ("raw bytes", [FIRST]),
]
BROKEN = [
    ("one custodian", [SECURED, handover(DINSOS, POLICE)]),
    ("one custodian", [SECURED, line("placements", "child-secured", custodian=DINSOS)]),
    ("one acceptance", [REFERRED, ACCEPTED, line("referrals", "referral-accepted", referral=OTHER, agency="dinsos")]),
    ("one acceptance", [ACCEPTED, REFERRED, line("referrals", "referral-accepted", referral=CASE)]),
    ("an owner", [FIRST]),
    ("siblings", [ELDER, YOUNGER, SLEEPS, line("placements", "placed", OTHER, house="rumah-aman")]),
    ("siblings", [ELDER, YOUNGER, SLEEPS]),
    ("siblings", [ELDER, SLEEPS]),
    ("sequences", [FIRST, line("cases", "risk-assessed", sequence=3, previous=FIRST.envelope.id)]),
    ("sequences", [FIRST, line("cases", "risk-assessed", sequence=2, previous=OTHER)]),
    ("without an event", [MET]),
    ("without an event", [LIMIT, line("clocks", "clock-started", clock=OTHER, due=SOON)]),
    ("without an event", [LIMIT, MET, line("clocks", "clock-stopped", clock=OTHER)]),
    ("without an event", [LIMIT, line("clocks", "clock-breached", clock=OTHER, due=LATER)]),
    ("without an event", [LIMIT, line("clocks", "clock-extended", clock=OTHER, was=LATER, due=SOON)]),
    ("met, stopped", [OVER]),
    ("met, stopped", [OVER, line("clocks", "clock-warned", clock=OTHER, due=PAST, percent=80)]),
    ("one outcome", [SENT]),
    ("one outcome", [SENT, REFUSED, line("referrals", "referral-accepted", cause="papb-1")]),
    ("one outcome", [SENT, REFUSED, line("answers.routing", "command-accepted", command="papb-1")]),
    ("published schema", [FIRST]),
    ("published schema", [line("cases", "no-such-type", sequence=1)]),
    ("raw bytes", [line("cases", "risk-assessed", risk="wirasena")]),
    ("dead letter", [line("dead-letters", "dead-letter")]),
    ("offender", [line("cases", "child-identified", source="raid"), line("proceedings", "hearing-scheduled")]),
]


@pytest.mark.parametrize(("name", "lines"), SOUND, ids=lambda value: value if isinstance(value, str) else "")
def test_a_sound_log_passes(name: str, lines: list[Line]) -> None:
    assert found(lines, name).held


@pytest.mark.parametrize(("name", "lines"), BROKEN, ids=lambda value: value if isinstance(value, str) else "")
def test_a_broken_log_is_told_from_a_sound_one(name: str, lines: list[Line]) -> None:
    assert found(lines, name).wrong


def test_whoever_examined_nothing_has_shown_nothing() -> None:
    log = Log(())

    assert not any(check.held for check in (*children(log), *limits(log), *messages(log, (), ("Wirasena",))))


def test_an_officers_command_without_an_outcome_is_missed_too() -> None:
    assert found([], "one outcome", by_http=("key-1",)).wrong == ("key-1",)


def justice(*lines: Line, **own: frozenset[str]) -> Justice:
    parties = {"papb": "K", "dinkes": "B", "bappeda": "D"}
    return Justice(Log(lines), Profiles.load(), parties, own)  # type: ignore[arg-type]  # codes and profiles of the directory


TOLD = line("agency.papb.in", "referral-accepted", OTHER, referral=OTHER, agency="papb")


def test_what_the_profile_allows_of_ones_own_referral_may_be_told() -> None:
    assert justice(REFERRED, TOLD).check({"papb": {"referral-accepted": 1}}).held


@pytest.mark.parametrize(
    ("notice", "party"),
    [
        (line("agency.dinkes.in", "referral-accepted", OTHER, referral=OTHER, agency="papb"), "dinkes"),
        (line("agency.papb.in", "referral-accepted", OTHER, referral=OTHER, agency="papb", by="x", case=CASE), "papb"),
        (line("agency.papb.in", "category-confirmed", OTHER), "papb"),
        (line("agency.bappeda.in", "referral-accepted", CASE), "bappeda"),
        (line("agency.papb.in", "command-refused", OTHER, command="dinkes-1"), "papb"),
    ],
    ids=["another's referral", "a field too many", "a type too many", "no single child", "another's command"],
)
def test_a_message_too_many_is_found(notice: Line, party: str) -> None:
    check = justice(REFERRED, notice, dinkes=frozenset({"dinkes-1"})).check({party: {notice.type: 1}})

    assert list(check.wrong) == [notice.where]


def test_a_count_that_differs_from_what_notifications_says_is_found() -> None:
    assert justice(REFERRED, TOLD).check({"papb": {"referral-accepted": 2}}).wrong
