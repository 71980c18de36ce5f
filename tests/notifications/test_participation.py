"""Who takes part in a case, how, and until when."""

from collections.abc import Callable
from typing import Any

import pytest

from services.notifications.domain.participation import CHANGES, ParticipationRow
from services.notifications.domain.state import FactRow
from shared.contracts import cases, casework, placements, proceedings, referrals
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import UNSEALED, Custodian
from tests.harness import NIGHT
from tests.notifications.city import AT_THE_HOUSE, HOUSE, Post, id_of, with_agency

POLRESTA, KOPPAJA, DINSOS = with_agency("polresta"), with_agency("koppaja"), with_agency("dinsos")
Story = Callable[[Post], Any]


def now(city: Post) -> set[tuple[str, str]]:
    """Who takes part at present, and how."""
    return {(row.party, row.way) for row in city.rows(ParticipationRow) if row.until is None}


def reopened(city: Post) -> Post:
    return city.tells(cases.CaseReopened(occurred_at=NIGHT, cause="kejadian-1", cause_type="referred"))


def of_referral(type_: Any, **more: Any) -> Story:
    return lambda city: city.tells(type_(occurred_at=NIGHT, referral=id_of("dinkes"), agency="dinkes", **more))


def cancelled(city: Post) -> Post:
    return city.tells(proceedings.HearingCancelled(occurred_at=NIGHT, hearing=id_of("hearing"), by="polresta"))


def handover_declined(city: Post) -> Post:
    leg: dict[str, Any] = {"giver": DINSOS, "receiver": KOPPAJA, "handover": id_of(f"{DINSOS}{KOPPAJA}")}
    return city.tells(placements.HandoverDeclined(occurred_at=NIGHT, **leg))


def of_justice(type_: Any, **more: Any) -> Story:
    fields = {"occurred_at": NIGHT, "matter": id_of("matter"), "by": "polresta", "about_child": UNSEALED, **more}
    return lambda city: city.tells(type_(**{name: fields[name] for name in type_.model_fields if name in fields}))


DETAINED = of_justice(
    proceedings.ChildDetained, detention=id_of("detention"), stage="investigation", held_by="lapas", by="kejari"
)
ORDERED = of_justice(
    proceedings.OrderMade, order=id_of("order"), diversion=id_of("diversion"), kind="community-service",
    through="disdikbud", supervised_by="bapas", until=NIGHT,
)  # fmt: skip
ASKED = of_justice(proceedings.ReportRequested, report=id_of("report"), kind="litmas", of="bapas")


def worked_by(agency: PartyCode) -> Story:
    return lambda city: city.tells(casework.WorkerAssigned(occurred_at=NIGHT, agency=agency, worker="peksos-3"))


def placed(city: Post) -> Post:
    fields: dict[str, Any] = {"stay": id_of("stay"), "house": HOUSE, "referral": id_of("dinsos")}
    return city.tells(placements.Placed(occurred_at=NIGHT, **fields))


@pytest.mark.parametrize(
    ("before", "then", "taking"),
    [
        (lambda c: c, lambda c: c.identified("kejari"), {("kejari", "reporter")}),
        (lambda c: c, lambda c: c.identified("kejari", secured=True), {("kejari", "reporter"), ("kejari", "secured")}),
        (lambda c: c.identified("kejari", secured=True), Post.closed, set()),
        (lambda c: c.identified("kejari").closed(), reopened, {("kejari", "reporter")}),
        (lambda c: c, Post.owned, {("dinsos", "owner")}),
        (lambda c: c, lambda c: c.referred("dinkes"), {("dinkes", "asked")}),
        (lambda c: c.referred("dinkes"), lambda c: c.accepted("dinkes"), {("dinkes", "asked")}),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralReceived), {("dinkes", "asked")}),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralDeclined, reason="other"), set()),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralWithdrawn, reason="other"), set()),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralExpired, answer_by=NIGHT), set()),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralCompleted, outcome="service-given"), set()),
        (lambda c: c.referred("dinkes"), of_referral(referrals.ReferralFailed, outcome="service-not-possible"), set()),
        (lambda c: c.referred("dinkes").referred("bnnk"), lambda c: c.declined("dinkes"), {("bnnk", "asked")}),
        (lambda c: c, lambda c: c.hearing("polresta"), {("polresta", "forum")}),
        (lambda c: c, lambda c: c.hearing("kejari", "court"), {("kejari", "forum"), ("pn", "forum")}),
        (lambda c: c, lambda c: c.companion("bapas"), {("bapas", "companion")}),
        (lambda c: c.companion("bapas"), lambda c: c.companion("dinsos"), {("dinsos", "companion")}),
        (lambda c: c, lambda c: c.arrived(companion="bapas"), {("bapas", "companion")}),
        (lambda c: c.companion("bapas"), lambda c: c.arrived(companion="dinsos"), {("dinsos", "companion")}),
        (
            lambda c: c.companion("dinsos").arrived(companion="bapas"),
            lambda c: c.arrived(companion="dinsos"),
            {("dinsos", "companion")},
        ),
        (lambda c: c.hearing().companion("bapas"), Post.held, set()),
        (lambda c: c.hearing().companion("bapas"), cancelled, set()),
        (lambda c: c, lambda c: c.secured("polresta"), {("polresta", "custodian")}),
        (lambda c: c, lambda c: c.offered(DINSOS, KOPPAJA), {("dinsos", "giver"), ("koppaja", "receiver")}),
        (lambda c: c.offered(DINSOS, KOPPAJA), handover_declined, set()),
        (
            lambda c: c.secured("dinsos").offered(DINSOS, KOPPAJA),
            lambda c: c.handed_over(DINSOS, KOPPAJA),
            {("koppaja", "custodian")},
        ),
        (lambda c: c.secured("polresta"), Post.admitted, set()),
        (lambda c: c.secured("polresta"), placed, set()),
        (lambda c: c.secured("polresta"), Post.missing, set()),
        (lambda c: c, lambda c: c.discharged(KOPPAJA), {("koppaja", "custodian")}),
        (lambda c: c.secured("polresta"), lambda c: c.discharged(Custodian(kind="family")), set()),
        (lambda c: c, Post.departed, {("dinsos", "escort")}),
        (lambda c: c.departed(), Post.returned, set()),
        (lambda c: c, lambda c: c.handed_over(AT_THE_HOUSE, AT_THE_HOUSE), set()),
        (lambda c: c, of_justice(proceedings.MatterOpened), {("polresta", "forum")}),
        (lambda c: c, ASKED, {("polresta", "forum"), ("bapas", "forum")}),
        (ASKED, of_justice(proceedings.ReportDelivered, report=id_of("report")), {("polresta", "forum")}),
        (lambda c: c, DETAINED, {("kejari", "forum"), ("lapas", "forum")}),
        (lambda c: c, ORDERED, {("disdikbud", "forum"), ("bapas", "forum")}),
        (ORDERED, of_justice(proceedings.OrderCarriedOut, order=id_of("order")), set()),
        (ORDERED, of_justice(proceedings.OrderNotCarriedOut, order=id_of("order")), set()),
        (
            DETAINED,
            of_justice(proceedings.DetentionPassedOn, detention=id_of("detention"), next=id_of("next")),
            {("kejari", "forum")},
        ),
        (
            DETAINED,
            of_justice(proceedings.ChildReleased, detention=id_of("detention"), why="ended"),
            {("kejari", "forum")},
        ),
        (
            DETAINED,
            of_justice(proceedings.ChildReleased, why="ended"),
            {("kejari", "forum"), ("lapas", "forum")},
        ),
        (lambda c: c, worked_by("sakti-peksos"), {("sakti-peksos", "worker")}),
        (worked_by("sakti-peksos"), worked_by("dinsos"), {("dinsos", "worker")}),
        (worked_by("sakti-peksos"), lambda c: c.closed(), set()),
    ],
)
def test_who_takes_part_after_a_fact(before: Story, then: Story, taking: set[tuple[str, str]]) -> None:
    """R87a, R124, R145, R148, R64: what begins a party's part in a case, and what ends it."""
    city = Post()
    before(city)
    then(city)

    assert now(city) == taking


def test_every_fact_that_changes_who_takes_part_is_tried_above() -> None:
    mark = test_who_takes_part_after_a_fact.pytestmark[0]  # type: ignore[attr-defined]  # pytest put it there
    tried: set[type] = set()
    for before, then, _ in mark.args[1]:
        city = Post()
        before(city)
        then(city)
        tried |= {type(fact) for fact in city.told}

    assert tried >= CHANGES.keys()


def test_who_comes_along_again_is_the_companion_and_the_other_is_told_no_more_of_it() -> None:
    city = Post().arrived(companion="dinsos").arrived(companion="dp3akb").arrived(companion="dinsos")

    assert city.types("dp3akb").count("escorted-to-hearing") == 1
    assert city.types("dinsos").count("escorted-to-hearing") == 3


def test_a_part_that_ended_stays_known_with_its_time() -> None:
    city = Post().referred("dinkes")
    asked = city.now
    city.declined("dinkes").referred("dinkes", referral=id_of("dinkes again"))

    first, second = city.rows(ParticipationRow)
    assert first == (city.subject, "referrals", 1, "dinkes", "asked", id_of("dinkes"), asked, first.until)
    assert first.until > asked
    assert (second.number, second.matter, second.until) == (2, id_of("dinkes again"), None)


def test_the_same_part_does_not_begin_twice() -> None:
    city = Post().referred("dinkes").referred("dinkes")

    assert len(city.rows(ParticipationRow)) == 1


def test_every_fact_is_counted_in_its_stream() -> None:
    city = Post().identified().owned().referred("dinkes").hearing()

    assert [row[1:4] for row in city.rows(FactRow)] == [
        ("cases", 1, "child-identified"),
        ("referrals", 1, "case-owned"),
        ("referrals", 2, "referred"),
        ("proceedings", 1, "hearing-scheduled"),
    ]


def test_the_social_workers_corps_is_told_of_the_case_it_is_given_and_when_it_is_taken_from_it() -> None:
    """R86, R156: it sees assigned cases, and only while they are."""
    city = worked_by("sakti-peksos")(Post().identified("koppaja")).clear()
    city.tells(cases.RiskAssessed(occurred_at=NIGHT, risk="high"))
    worked_by("dinsos")(city).tells(cases.RiskAssessed(occurred_at=NIGHT, risk="low"))

    assert city.types("sakti-peksos") == ["risk-assessed", "worker-assigned"]
    assert city.last_data("sakti-peksos") == {
        "occurred_at": "2026-11-02T14:00:00Z",
        "agency": "dinsos",
        "worker": "peksos-3",
    }
