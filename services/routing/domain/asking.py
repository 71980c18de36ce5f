"""Asking for help: by policy once category and risk are known, the next agency after another, or by hand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.routing.domain.may import COORDINATORS, May, Rights, owner
from services.routing.domain.referral import OPEN, Referral
from services.routing.domain.turn import Outcome, Turn
from services.routing.policy.conditions import Child
from services.routing.policy.tables import SHELTER, Wanted, may_be_told, whom
from shared.contracts.cases import CaseReopened, CategoryConfirmed, CategoryProposed, RiskAssessed
from shared.contracts.commands import ReferChild
from shared.contracts.directory.codes import HouseKind, PartyCode, Service
from shared.contracts.message import Events, Refusal, Say
from shared.contracts.model import UNSEALED, Reason
from shared.contracts.referrals import ReferralEscalated, Referred

MAY: Rights = {ReferChild: May(owner, COORDINATORS, Refusal("not-permitted", ("coordinator",)), begins=True)}


def by_policy(turn: Turn, _: CategoryConfirmed | CategoryProposed | RiskAssessed | CaseReopened) -> Events:
    """Ask for every service that policy wants and nobody has been asked for yet.

    That is once a category is confirmed and the risk is known; in an emergency at once, on whatever was proposed
    (R122, R146). Each service is asked for once in a case: what follows on it is the coordinator's to say.
    """
    cases = turn.state.cases
    if cases.closed or not cases.source or not cases.risk or not (cases.confirmed or cases.risk == "emergency"):
        return ()
    known = {referral.service for referral in turn.referrals.values()}
    wanted = turn.policy.wanted(cases.children(), turn.directory)
    return [_by_rule(turn, each) for each in wanted if each.rule.service not in known]


def by_hand(turn: Turn, command: ReferChild) -> Outcome:
    """Ask a party as the coordinator says; it must give the service, and not be asked for it already."""
    children = turn.state.cases.children()
    if not _gives(turn, command.agency, command.service, children):
        return Refusal("service-not-given", ("coordinator",))
    if any(_same(referral, command) for referral in turn.referrals.values()):
        return Refusal("already-referred", ("sender",))
    risk = turn.state.cases.risk
    reason = Reason(table="answers", version=turn.policy.version, row=risk or "unassessed")
    return [
        _ask(
            turn,
            agency=command.agency,
            service=command.service,
            answer_by=turn.now + turn.policy.answer_within(risk),
            reason=reason,
            child=children[0],
            previous=_followed(turn, command.service),
            house_kind=command.house_kind or ("rpsa" if command.service == SHELTER else None),
        )
    ]


def further(turn: Turn, id_: UUID) -> tuple[Say, ...]:
    """Ask the next agency of the same row (R147); none where none is left, or the case is closed."""
    party = None if turn.state.cases.closed else _next(turn, turn.referrals[id_])
    return (_again(turn, id_, party),) if party else ()


def escalate(turn: Turn, id_: UUID, cause: str) -> ReferralEscalated:
    """Tell the coordinator that nobody helps yet (R148)."""
    agency, to = turn.referrals[id_].agency, turn.policy.coordinator
    return ReferralEscalated(referral=id_, agency=agency, to=to, cause=cause, occurred_at=turn.now)


def _by_rule(turn: Turn, wanted: Wanted) -> Say:
    rule, policy = wanted.rule, turn.policy
    return _ask(
        turn,
        agency=wanted.agencies[0],
        service=rule.service,
        answer_by=turn.now + policy.answer_within(turn.state.cases.risk, rule),
        reason=Reason(table="referrals", version=policy.version, row=rule.id),
        child=wanted.child,
        house_kind=rule.house_kind,
    )


def _again(turn: Turn, id_: UUID, party: PartyCode) -> Say:
    """Ask another for what `id_` asked for; the time runs afresh, as the risk is now."""
    was, children = turn.referrals[id_], turn.state.cases.children()
    rule = turn.policies.rule(was.reason)
    child = next((child for child in children if rule and rule.condition.fit(child)), children[0])
    return _ask(
        turn,
        agency=party,
        service=was.service,
        answer_by=turn.now + turn.policy.answer_within(turn.state.cases.risk, rule),
        reason=was.reason,
        child=child,
        previous=id_,
        house_kind=was.house_kind,
    )


def _ask(
    turn: Turn,
    *,
    agency: PartyCode,
    service: Service,
    answer_by: datetime,
    reason: Reason,
    child: Child,
    previous: UUID | None = None,
    house_kind: HouseKind | None = None,
) -> Say:
    fact = Referred(
        referral=turn.message.draw(),
        agency=agency,
        service=service,
        answer_by=answer_by,
        reason=reason,
        attempt=turn.referrals[previous].attempt + 1 if previous else 1,
        previous=previous,
        house_kind=house_kind,
        siblings=turn.state.cases.group if house_kind else None,
        about_child=UNSEALED,
        occurred_at=turn.now,
    )
    return Say(fact, about=turn.state.cases.about(child))


def _next(turn: Turn, referral: Referral) -> PartyCode | None:
    """Return whom the row names after those that were asked for this service before."""
    rule = turn.policies.rule(referral.reason)
    order = whom(rule, turn.state.cases.children(), turn.directory) if rule else ()
    before = {other.agency for other in turn.referrals.values() if other.service == referral.service}
    return next((party for party in order if party not in before), None)


def _gives(turn: Turn, agency: PartyCode, service: Service, children: Sequence[Child]) -> bool:
    given = agency in turn.directory.service(service).given_by
    return given and may_be_told(agency, service, children, turn.directory)


def _same(referral: Referral, command: ReferChild) -> bool:
    asked = (referral.agency, referral.service) == (command.agency, command.service)
    return asked and referral.status in OPEN


def _followed(turn: Turn, service: Service) -> UUID | None:
    """Return the last referral for a service that was escalated and that nobody followed up yet."""
    followed = {referral.previous for referral in turn.referrals.values()}
    ended = [id_ for id_, each in turn.referrals.items() if each.service == service and each.status == "escalated"]
    return next((id_ for id_ in reversed(ended) if id_ not in followed), None)
