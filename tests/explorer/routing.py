"""What can be done in routing: to referrals and hearings, to matters of law, and to the clocks that run on them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from services.routing.domain.status import MACHINES
from shared.contracts import cases, commands, placements
from shared.contracts.model import UNSEALED, AboutChild, Body, Command, Custodian, Fact
from tests.explorer.walk import Act, Case, Statuses, soonest
from tests.routing.city import NOBODY, routing

B = TypeVar("B", bound=Body)

DOMAIN: Final = routing()
STAY: Final = NOBODY
SERVICE: Final = {"kind": "community-service", "through": "dinsos", "days": 20}


def nouns(state: Any, _: UUID) -> Statuses:
    """Every noun of a case with its status."""
    law = state.proceedings.matters
    parts = {
        "referral": state.referrals.by_id,
        "hearing": state.proceedings.by_id,
        "matter": law.by_id,
        "detention": law.detentions,
        "diversion": law.diversions,
        "report": law.reports,
        "order": law.orders,
        "clock": state.clocks.by_id,
    }
    return {(noun, id_): each.status for noun, part in parts.items() for id_, each in part.items()}


def a_case(about: AboutChild, risk: str = "high") -> Case:
    case = Case(DOMAIN, nouns, MACHINES)
    fields = {"report": NOBODY, "source": "police", "reported_by": "polresta", "about_child": UNSEALED}
    case.hears(told(case, cases.ChildIdentified, **fields), "cases", about)
    case.hears(told(case, cases.RiskAssessed, risk=risk), "cases")
    case.moved.clear()
    return case


def told(case: Case, type_: type[B], **fields: Any) -> B:
    return type_.model_validate({"occurred_at": case.now, **fields})


def takes(by: str, type_: type[Command], **fields: Any) -> Act:
    """A command of an agency's own system."""
    words = " ".join(str(value) for value in fields.values() if isinstance(value, str))
    return f"{by} {type_.type} {words}".strip(), lambda case: case.takes(told(case, type_, **fields), by)


def hears(type_: type[Fact], stream: str, about: AboutChild | None = None, **fields: Any) -> Act:
    """A fact of another service."""
    return type_.type, lambda case: case.hears(told(case, type_, **fields), stream, about)


# -- referrals and hearings ---------------------------------------------------------------------------------------


def asked(case: Case) -> Iterator[Act]:
    """What agencies, the house and time do to referrals and hearings; two of each at most."""
    state = case.state
    yield from soonest(case)
    if not state.cases.confirmed:
        about = AboutChild(age_years=state.cases.age_years, category="NAPZA", home_area="64.71.02.1003")
        yield hears(cases.CategoryConfirmed, "cases", about, assertion=NOBODY, about_child=UNSEALED)
    for id_, it in list(state.referrals.by_id.items())[:2]:
        yield from _answers(id_, it.agency)
        if it.house_kind:
            yield from _house(id_)
    if len(state.referrals.by_id) < 2:
        yield takes("dinsos", commands.ReferChild, agency="dinsos", service="shelter-rpsa")
    if len(state.proceedings.by_id) < 1:
        at = case.now + timedelta(days=4)
        yield takes("pn", commands.ScheduleHearing, forum="court", at=at)
    for id_ in state.proceedings.by_id:
        yield takes("dinsos", commands.AssignCompanion, hearing=id_, officer="peksos-1")
        yield takes("pn", commands.RecordHearing, hearing=id_, outcome="decided")
        yield takes("pn", commands.CancelHearing, hearing=id_)


def _answers(id_: UUID, agency: str) -> Iterator[Act]:
    yield takes(agency, commands.AcknowledgeReferral, referral=id_)
    yield takes(agency, commands.AcceptReferral, referral=id_)
    yield takes(agency, commands.DeclineReferral, referral=id_, reason="no-capacity")
    yield takes(agency, commands.StartService, referral=id_)
    yield takes(agency, commands.CompleteReferral, referral=id_, outcome="service-given")
    yield takes(agency, commands.CompleteReferral, referral=id_, outcome="service-not-possible")
    yield takes("dinsos", commands.WithdrawReferral, referral=id_, reason="need-met")


def _house(id_: UUID) -> Iterator[Act]:
    bed: dict[str, Any] = {"stay": STAY, "house": "rpsa-1", "referral": id_}
    yield hears(placements.Waitlisted, "placements", referral=id_, house_kind="rpsa")
    yield (
        "bed-held",
        lambda case: case.hears(
            told(case, placements.BedHeld, **bed, bed=1, house_kind="rpsa", until=case.now + timedelta(hours=9)),
            "placements",
        ),
    )
    yield hears(placements.AdmittedToRpsa, "placements", **bed)
    yield hears(placements.HoldExpired, "placements", stay=STAY, referral=id_)
    yield hears(placements.LeftPlacement, "placements", stay=STAY, last=Custodian(kind="house", house="rpsa-1"))
    family = Custodian(kind="family")
    yield hears(placements.Discharged, "placements", stay=STAY, to=family, outcome="returned-to-family")


def as_asked(case: Case) -> object:
    """What tells two cases apart: the status of each referral and hearing, and which of them is for a bed."""
    state = case.state
    referrals = [(each.status, each.house_kind, each.service) for each in state.referrals.by_id.values()]
    return tuple(referrals), tuple(each.status for each in state.proceedings.by_id.values()), state.cases.confirmed


# -- matters of law -----------------------------------------------------------------------------------------------


def accused(case: Case) -> Iterator[Act]:
    """What may be told, rightly or wrongly, of one matter after it was opened; and what is learnt of the age."""
    law = case.state.proceedings.matters
    if not law.by_id:
        yield from _opened()
        return
    for years in (11, 13, 15):
        about = AboutChild(age_years=years, category="ABH")
        if case.state.cases.age_years is None:
            yield hears(cases.CategoryConfirmed, "cases", about, assertion=NOBODY, about_child=UNSEALED)
    for id_ in law.by_id:
        yield from _told_of(id_)
        for why in ("judged", "diverted", "decided-jointly"):
            yield takes("pn", commands.EndMatter, matter=id_, why=why)
    yield from _extended(case)
    yield from _diverted(case, "agreed", "not-agreed", "not-carried-out", orders=())
    for id_, it in law.reports.items():
        yield takes(it.of, commands.DeliverReport, report=id_)


def _diverted(case: Case, *outcomes: str, orders: tuple[object, ...]) -> Iterator[Act]:
    told = {"consents": ("child", "parent", "victim"), "orders": orders}
    for id_, it in case.state.proceedings.matters.diversions.items():
        if it.status != "failed":
            for outcome in outcomes:
                yield takes("polresta", commands.RecordDiversion, diversion=id_, outcome=outcome, **told)


def ordered(case: Case) -> Iterator[Act]:
    """What becomes of what an agreement asks for, also by silence, and when the agreement itself fails."""
    law = case.state.proceedings.matters
    if not law.by_id:
        about = AboutChild(role="offender", age_years=16)
        yield takes("polresta", commands.OpenMatter, threat="under-7", about_child=about)
    for id_ in law.by_id:
        if not law.diversions:
            yield takes("polresta", commands.OpenDiversion, matter=id_, stage="investigation")
        yield takes("pn", commands.EndMatter, matter=id_, why="diverted")
    if any(it.status == "made" for it in law.orders.values()):
        yield "sixty days pass", lambda case: case.waits(timedelta(days=60))
    yield from _diverted(case, "agreed", "not-carried-out", orders=(SERVICE,))
    for id_ in law.orders:
        for outcome in ("carried-out", "not-carried-out"):
            yield takes("bapas", commands.RecordOrder, order=id_, outcome=outcome)


def _opened() -> Iterator[Act]:
    for role in ("offender", "victim"):
        for years in (None, 11, 13, 15) if role == "offender" else (9,):
            for threat in ("under-7", "7-or-more"):
                about = AboutChild(role=role, age_years=years)
                yield takes("polresta", commands.OpenMatter, threat=threat, about_child=about)


def _told_of(id_: UUID) -> Iterator[Act]:
    yield takes("polresta", commands.RecordArrest, matter=id_)
    yield takes("polresta", commands.RecordRelease, matter=id_, why="not-needed")
    for stage in ("investigation", "prosecution", "trial"):
        yield takes("polresta", commands.RecordDetention, matter=id_, stage=stage, held_by="lapas")
        yield takes("pn", commands.OpenDiversion, matter=id_, stage=stage)
    yield takes("polresta", commands.RecordDetention, matter=id_, stage="investigation", held_by="dinsos")
    yield takes("pn", commands.OpenDiversion, matter=id_, stage="appeal")
    for three in (("polresta", "bapas", "dinsos"), ("polresta", "dinsos")):
        yield takes("dinsos", commands.DecideJointly, matter=id_, decision="programme", decided_by=three)
    yield takes("polresta", commands.RequestReport, matter=id_, kind="litmas")
    for matter in (None, id_):
        at = "2026-11-20T09:00:00+08:00"
        yield takes("polresta", commands.ScheduleHearing, forum="diversion", at=at, matter=matter)


def as_accused(case: Case) -> object:
    """What tells two cases apart: the matter as told, and the status of all that belongs to it."""
    law, age = case.state.proceedings.matters, case.state.cases.age_years
    matters = tuple((m.role, m.age_years, m.threat, m.status, m.arrested_at is None) for m in law.by_id.values())
    detentions = tuple((each.stage, each.status) for each in law.detentions.values())
    diversions = frozenset((each.stage, each.status) for each in law.diversions.values())
    reports = frozenset(each.status for each in law.reports.values())
    orders = frozenset(each.status for each in law.orders.values())
    return matters, orders, detentions, diversions, reports, bool(case.state.proceedings.by_id), age


def told_of_closing(case: Case) -> Iterator[Act]:
    """The case closes or opens again; a second matter is told of."""
    if case.state.cases.closed:
        yield hears(cases.CaseReopened, "cases", cause="bed-held/1", cause_type="bed-held")
    else:
        yield hears(cases.CaseClosed, "cases", closing=NOBODY, outcome="independent")
    if len(case.state.proceedings.matters.by_id) == 1:
        yield from _opened()


# -- clocks -------------------------------------------------------------------------------------------------------


def reckoned(case: Case) -> Iterator[Act]:
    """What starts, extends, ends and corrects clocks: in time, too late, and told late."""
    law = case.state.proceedings.matters
    yield from soonest(case)
    if not law.by_id:
        about = AboutChild(role="offender", age_years=16)
        yield takes("polresta", commands.OpenMatter, threat="unknown", about_child=about)
    for id_ in law.by_id:
        yield takes("polresta", commands.RecordDetention, matter=id_, stage="investigation", held_by="lapas")
        yield takes("lapas", commands.RecordRelease, matter=id_, why="limit-reached")
        for moment in (case.now, case.now - timedelta(days=6), case.now + timedelta(days=2)):
            for step in ("notice-of-investigation-sent", "file-at-prosecutor"):
                yield takes("polresta", commands.RecordStep, matter=id_, step=step, occurred_at=moment)
    yield from _extended(case)


def _extended(case: Case) -> Iterator[Act]:
    for id_, it in case.state.proceedings.matters.detentions.items():
        if it.status == "detained":
            yield takes("kejari", commands.RecordExtension, detention=id_, days=3)


def as_reckoned(case: Case) -> object:
    """What tells two cases apart: what was said of three clocks."""
    of = {"r29", "r34-pp", "r47"}
    clocks = sorted((c.rule, c.status, c.percent, c.extended) for c in case.state.clocks.by_id.values() if c.rule in of)
    return tuple(clocks), len(case.state.proceedings.matters.detentions)
