"""What agencies do upon what they read: what they should, what they should not, twice, at once, late or never."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, get_args
from uuid import UUID

from shared.contracts import cases, casework, commands, placements, proceedings, referrals
from shared.contracts.directory.codes import (
    Category,
    ClosingOutcome,
    CommunityCode,
    DeclineReason,
    NationalCode,
    ReferralOutcome,
    Risk,
    Service,
    WithdrawalReason,
)
from shared.contracts.model import AboutChild, Command, Custodian, Fact
from tests.simulation import justice
from tests.simulation.agencies import Act, Agency, Habit, Memory, Notice
from tests.simulation.services import packaged

JUSTICE: Final = frozenset({"polresta", "kejari", "pn"})
CLOSINGS: Final = get_args(ClosingOutcome)
DECLINES: Final = get_args(DeclineReason)
OUTCOMES: Final = get_args(ReferralOutcome)
COMMUNITIES: Final = get_args(CommunityCode)
SERVICES: Final[tuple[Service, ...]] = get_args(Service)
ROLES: Final = ("coordinator", "coordinator", "officer", "intake", "house", "companion")


class Me:
    """One agency with one notice before it: makes acts about that child."""

    def __init__(self, agency: Agency, notice: Notice, now: datetime) -> None:
        self.agency, self.notice, self.now = agency, notice, now
        self.body: Any = notice.body
        self.code, self.chance, self.likely = agency.code, agency.chance, agency.likely

    @property
    def noted(self) -> Memory:
        return self.agency.memory[self.notice.subject]

    def act(self, kind: type[Command], /, seconds: float | None = None, times: int = 1, **fields: Any) -> Act:
        """Mostly soon, sometimes hours later; of Dinsos sometimes by an officer at a screen."""
        command = kind.model_validate({"occurred_at": self.now, **fields})
        role = self.chance.choice(ROLES) if self.code in {"dinsos", "polresta"} and self.likely(0.25) else ""
        after = self.notice.after if self.likely(0.7) or not self.notice.subject else ""
        return Act(command, self.notice.subject, after, self.soon() if seconds is None else seconds, times, role)

    def soon(self) -> float:
        return self.chance.choice((0.2, 1, 5, 5, 30, 30, 300, 3600)) * self.chance.uniform(0.5, 1.5)

    def just_before(self, moment: datetime) -> float:
        """At the very end of a time limit, or a little too late."""
        return max(0.1, (moment - self.now).total_seconds() + self.chance.uniform(-6, 2))


def asked(me: Me) -> Iterator[Act]:
    """A referral: accepted, declined, seen, forgotten; twice, or by somebody who was not asked."""
    it = me.body
    me.noted.referrals[it.referral] = it.service
    if it.agency != me.code:
        if me.likely(0.03):
            yield me.act(commands.AcceptReferral, referral=it.referral)
        return
    if me.likely(0.3):
        yield me.act(commands.AcknowledgeReferral, referral=it.referral, times=me.chance.choice((1, 1, 2)))
    when = me.just_before(it.answer_by) if me.likely(0.25) else me.soon()
    match me.chance.choice(("accept", "accept", "accept", "decline", "silence", "twice", "both", "again")):
        case "accept":
            yield me.act(commands.AcceptReferral, when, referral=it.referral)
        case "decline":
            yield me.act(commands.DeclineReferral, when, referral=it.referral, reason=me.chance.choice(DECLINES))
        case "twice":
            yield me.act(commands.AcceptReferral, when, referral=it.referral)
            yield me.act(commands.AcceptReferral, when, referral=it.referral)
        case "again":
            yield me.act(commands.AcceptReferral, when, referral=it.referral, times=3)
        case "both":
            yield me.act(commands.DeclineReferral, when, referral=it.referral, reason=me.chance.choice(DECLINES))
            yield me.act(commands.AcceptReferral, when, referral=it.referral)


def accepted(me: Me) -> Iterator[Act]:
    it = me.body
    if it.agency == me.code and me.likely(0.6):
        yield me.act(commands.StartService, referral=it.referral)
    if it.agency == me.code and me.likely(0.6):
        yield me.act(commands.CompleteReferral, referral=it.referral, outcome=me.chance.choice(OUTCOMES))


def identified(me: Me) -> Iterator[Act]:
    """A child: Dinsos looks at it, others think that they know better."""
    if me.code in JUSTICE and me.likely(0.5):
        yield hearing(me)
    yield from justice.opens(me)
    if me.code != "dinsos":
        if me.likely(0.15):
            yield me.act(
                commands.ProposeCategory, about_child=AboutChild(category=me.chance.choice(get_args(Category)))
            )
        return
    me.agency.memory[""].notes.setdefault("cases", []).append(me.notice.subject)
    if me.likely(0.7):
        yield assign(me)
    if me.likely(0.6):
        yield me.act(commands.AssessRisk, risk=me.chance.choice(get_args(Risk)))
    if me.likely(0.7):
        yield me.act(commands.ConfirmCategory, about_child=some_child(me))
    if me.likely(0.1):
        other = UUID(me.chance.choice(me.agency.memory[""].notes["cases"]))
        yield me.act(commands.LinkSameChild, primary=other)
    if me.likely(0.4):
        yield refer(me, "shelter-rpsa")
    if me.likely(0.1):
        yield refer(me)
    if me.likely(0.1):
        yield close(me)


def assign(me: Me) -> Act:
    """A worker of Dinsos, of the corps, or the officer who reads it."""
    agency = me.chance.choice(("dinsos", "dinsos", "sakti-peksos"))
    worker = f"petugas-{me.chance.randint(1, 9)}" if me.likely(0.7) else None
    return me.act(commands.AssignWorker, agency=agency, worker=worker)


def asked_to_approve(me: Me) -> Iterator[Act]:
    """The coordinator approves, gives back, both, or lets it lie."""
    it = me.body.approval
    answer = me.chance.choice(("give", "refuse", "both", "silence")) if me.code == "dinsos" else "silence"
    if answer in {"refuse", "both"}:
        yield me.act(commands.RefuseApproval, approval=it, reason="not-yet")
    if answer in {"give", "both"}:
        yield me.act(commands.GiveApproval, approval=it, times=me.chance.choice((1, 1, 2)))


def overdue(me: Me) -> Iterator[Act]:
    if me.code != "dinsos" or me.likely(0.3):
        return
    yield assign(me) if me.body.step == "take" else visit(me)


def assessed(me: Me) -> Iterator[Act]:
    """A plan upon an assessment, and sometimes one whose reason was forgotten."""
    if me.code == "dinsos" and me.likely(0.7):
        goal = me.chance.choice(("reunification", "stay-with-family", "alternative-care"))
        yield me.act(commands.MakePlan, goal=goal, why="no-family-known" if me.likely(0.7) else None)


def planned(me: Me) -> Iterator[Act]:
    if me.code in {"dinsos", "sakti-peksos"} and me.likely(0.8):
        yield visit(me)


def visit(me: Me) -> Act:
    return me.act(
        commands.FollowUp, found=me.chance.choice(("safe", "safe", "at-risk", "not-met")), last=me.likely(0.6)
    )


def seen(me: Me) -> Iterator[Act]:
    """Go again where the child is to be seen again, and ask for closing where it is not."""
    if me.code == "dinsos" and me.likely(0.6):
        yield visit(me) if me.body.follow_up_by else close(me)


def given_work(me: Me) -> Iterator[Act]:
    """Whoever has the case, and sometimes who has not, finds out what the child needs."""
    if me.code in {"dinsos", "sakti-peksos"} and me.likely(0.7):
        yield me.act(commands.MakeAssessment, care="kin", needs=("health",))


def some_child(me: Me) -> AboutChild:
    category: Category = me.chance.choice(("AMPK", "AMPK", "AT", "ABH", "NAPZA", "ABT"))
    code: NationalCode | None = "AJ" if category in {"AMPK", "AT"} and me.likely(0.7) else None
    return AboutChild(category=category, national_code=code, age_years=me.chance.randint(1, 17))


def proposed(me: Me) -> Iterator[Act]:
    if me.code == "dinsos":
        kind = me.chance.choice((commands.ConfirmCategory, commands.WithdrawCategory))
        yield me.act(kind, assertion=me.body.assertion)


def linked(me: Me) -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.5):
        yield me.act(commands.UnlinkSameChild, link=me.body.link)


def refer(me: Me, service: Service | None = None) -> Act:
    wanted: Service = me.chance.choice(SERVICES) if service is None else service
    agency = me.chance.choice(sorted(packaged().directory.service(wanted).given_by))
    house = "other" if wanted == "shelter-rpsa" and me.likely(0.3) else None
    return me.act(commands.ReferChild, agency=agency, service=wanted, house_kind=house)


def close(me: Me) -> Act:
    waived = "no-contact-possible" if me.likely(0.7) else None
    return me.act(commands.RequestClosing, outcome=me.chance.choice(CLOSINGS), waived=waived)


def escalated(me: Me) -> Iterator[Act]:
    """The coordinator asks somebody else, or takes it back."""
    if me.code != "dinsos":
        return
    service = me.noted.referrals.get(me.body.referral)
    if me.likely(0.5):
        yield refer(me, service)  # type: ignore[arg-type]  # a notice's service is one
    if me.likely(0.2):
        yield withdraw(me, me.body.referral)


def withdraw(me: Me, referral: UUID) -> Act:
    return me.act(commands.WithdrawReferral, referral=referral, reason=me.chance.choice(get_args(WithdrawalReason)))


def ended(me: Me) -> Iterator[Act]:
    """Something ended: may the case be closed? Somebody may begin something at that very moment."""
    if isinstance(referral := getattr(me.body, "referral", None), UUID):
        me.noted.referrals.pop(referral, None)
    if me.code != "dinsos":
        return
    if me.likely(0.35):
        yield close(me)
    if me.likely(0.1):
        yield refer(me)


def secured(me: Me) -> Iterator[Act]:
    """Whoever took the child hands it to Dinsos, or to somebody whom it takes for the right one."""
    me.noted.notes["mine"] = getattr(me.body.custodian, "party", None) == me.code
    if me.noted.notes["mine"] and me.code != "dinsos":
        yield me.act(commands.OfferHandover, to=receiver(me), times=me.chance.choice((1, 1, 1, 2)))
    elif me.noted.notes["mine"]:
        yield from admission(me)


def receiver(me: Me) -> str:
    others = [party for party in (*COMMUNITIES, "dp3akb", "polresta") if party != me.code]
    return "dinsos" if me.likely(0.8) and me.code != "dinsos" else me.chance.choice(others)


def offered(me: Me) -> Iterator[Act]:
    if getattr(me.body.receiver, "party", None) != me.code:
        return
    it = me.body.handover
    match me.chance.choice(("accept",) * 6 + ("decline", "silence", "twice")):
        case "accept":
            yield me.act(commands.AcceptHandover, handover=it)
        case "twice":
            yield me.act(commands.AcceptHandover, handover=it)
            yield me.act(commands.AcceptHandover, handover=it)
        case "decline":
            yield me.act(commands.DeclineHandover, handover=it)


def taken(me: Me) -> Iterator[Act]:
    """The child came to us, or has left us."""
    me.noted.notes["mine"] = getattr(me.body.receiver, "party", None) == me.code
    if not me.noted.notes["mine"]:
        return
    if me.code == "dinsos":
        yield from admission(me)
    elif me.likely(0.5):
        yield me.act(commands.OfferHandover, to=receiver(me))
    if me.likely(0.05):
        yield me.act(commands.ReportMissing)


def admission(me: Me) -> Iterator[Act]:
    stay = me.noted.notes.get("stay")
    if stay is not None and me.likely(0.85):
        yield me.act(commands.AdmitChild, stay=stay, times=me.chance.choice((1, 1, 2)))


def held(me: Me) -> Iterator[Act]:
    """A bed is kept: the child is brought, or not, or at the last moment."""
    me.noted.notes["stay"] = me.body.stay
    if me.noted.notes.get("mine", True) or me.likely(0.1):
        yield from admission(me)
    if me.likely(0.15):
        yield me.act(commands.AdmitChild, me.just_before(me.body.until), stay=me.body.stay)
    if me.likely(0.07):
        yield me.act(commands.ReleaseHold, stay=me.body.stay)


def admitted(me: Me) -> Iterator[Act]:
    me.noted.notes["mine"] = True
    me.noted.notes.pop("stay", None)
    if me.likely(0.6):
        yield hearing(me)
    if me.likely(0.3):
        yield discharge(me)
    if me.likely(0.05):
        yield me.act(commands.ReportMissing)
    if me.likely(0.1):
        yield me.act(commands.OfferHandover, to=receiver(me))


def discharge(me: Me) -> Act:
    to, outcome = me.chance.choice((
        (Custodian(kind="family"), "returned-to-family"),
        (Custodian(kind="family"), "kinship-care"),
        (Custodian(kind="hospital"), "moved-to-hospital"),
        (Custodian(kind="house", house="panti-provinsi"), "moved-to-institution"),
        (Custodian(kind="house", house="rumah-singgah"), "moved-to-institution"),
        (Custodian(kind="unknown"), "left-on-own"),
        (Custodian(kind="agency", party="polresta"), "handed-to-agency"),
    ))  # fmt: skip
    return me.act(commands.DischargeChild, to=to, outcome=outcome)


def hearing(me: Me) -> Act:
    at = me.now + timedelta(hours=me.chance.choice((1, 5, 30, 100)))
    return me.act(commands.ScheduleHearing, forum=me.chance.choice(("diversion", "court")), at=at)


def scheduled(me: Me) -> Iterator[Act]:
    it = me.body
    me.noted.hearings[it.hearing] = it.forum
    if me.code in {"dinsos", "sakti-peksos"} and me.likely(0.6):
        late = me.code == "dinsos" and me.likely(0.3)
        when = me.just_before(it.companion_by) if late else None
        yield me.act(
            commands.AssignCompanion, when, hearing=it.hearing, officer=f"pendamping-{me.chance.randint(1, 9)}"
        )
    if me.code == "dinsos" and me.likely(0.75):
        yield me.act(commands.DepartEscort, hearing=it.hearing)
    if me.code in JUSTICE and me.likely(0.3):
        yield me.act(commands.CancelHearing, hearing=it.hearing)
    if me.code in JUSTICE and me.likely(0.3):
        yield record(me, it.hearing)


def record(me: Me, hearing_: UUID) -> Act:
    outcome = me.chance.choice(("agreed", "not-agreed", "adjourned", "decided", "returned-to-parents"))
    return me.act(commands.RecordHearing, hearing=hearing_, outcome=outcome)


def departed(me: Me) -> Iterator[Act]:
    if getattr(me.body, "by", None) == me.code:
        yield me.act(commands.ArriveEscort, escort=me.body.escort, times=me.chance.choice((1, 1, 2)))


def arrived(me: Me) -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.5):
        yield record(me, me.body.hearing)
    if me.code == "dinsos" and me.likely(0.85):
        yield me.act(commands.ReturnEscort, escort=me.body.escort)


def back(me: Me) -> Iterator[Act]:
    if me.code == "dinsos" and me.likely(0.5):
        yield discharge(me)


def not_closed(me: Me) -> Iterator[Act]:
    """Take back what keeps the case open, and ask again."""
    if me.code != "dinsos":
        return
    for referral in list(me.noted.referrals)[:4]:
        if me.likely(0.7):
            yield withdraw(me, referral)
    for hearing_ in list(me.noted.hearings)[:2]:
        if me.likely(0.6):
            yield me.act(commands.CancelHearing, hearing=hearing_)
    if me.likely(0.6):
        yield close(me)


def closed(me: Me) -> Iterator[Act]:
    """What nobody should do to a closed case."""
    if me.likely(0.15):
        yield hearing(me) if me.code in JUSTICE else refer(me)
    if me.code == "dinsos" and me.likely(0.1):
        yield me.act(commands.ReopenCase)


def idle(_: Me) -> Iterator[Act]:
    yield from ()


HABITS: Final[Mapping[type[Fact], Any]] = {
    cases.ChildIdentified: identified,
    cases.CategoryProposed: proposed,
    cases.SameChildLinked: linked,
    casework.WorkerAssigned: given_work,
    casework.AssessmentMade: assessed,
    casework.PlanMade: planned,
    casework.FollowedUp: seen,
    casework.ApprovalAsked: asked_to_approve,
    casework.WorkOverdue: overdue,
    cases.ClosingDeclined: not_closed,
    cases.CaseClosed: closed,
    referrals.Referred: asked,
    referrals.ReferralAccepted: accepted,
    referrals.ReferralEscalated: escalated,
    referrals.ReferralWithdrawn: ended,
    referrals.ReferralCompleted: ended,
    referrals.ReferralFailed: ended,
    placements.ChildSecured: secured,
    placements.HandoverOffered: offered,
    placements.HandoverAccepted: taken,
    placements.BedHeld: held,
    placements.AdmittedToRpsa: admitted,
    placements.Placed: admitted,
    placements.EscortDeparted: departed,
    placements.EscortArrived: arrived,
    placements.EscortReturned: back,
    placements.Discharged: ended,
    proceedings.HearingScheduled: scheduled,
    proceedings.HearingHeld: ended,
    proceedings.HearingCancelled: ended,
    **justice.HABITS,
}
BY_NAME: Final = {kind.type: habit for kind, habit in HABITS.items()}


def react(agency: Agency, notice: Notice, now: datetime) -> Iterator[Act]:
    """All that an agency will do upon a notice."""
    me = Me(agency, notice, now)
    yield from BY_NAME.get(notice.type, idle)(me)
    if notice.subject and me.likely(0.04):
        yield me.act(commands.ConfirmProcessed, notice=notice.id, times=me.chance.choice((1, 2)))
    if notice.subject and me.likely(0.02):
        yield me.act(commands.AskWhereabouts)
    if me.likely(0.01):
        yield me.act(commands.AcceptReferral, referral=UUID(bytes=me.chance.randbytes(16), version=4))


HABIT: Final[Habit] = react
