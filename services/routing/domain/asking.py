"""Asking for help: by policy once category and risk are known, the next agency after another, or by hand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import COORDINATORS, May, Rights, owner
from services.routing.domain.referral import OPEN, Referral
from services.routing.policy.conditions import Child
from services.routing.policy.tables import SHELTER, Wanted, may_be_told, whom
from shared.contracts.cases import CaseReopened, CategoryConfirmed, CategoryProposed, RiskAssessed
from shared.contracts.commands import ReferChild
from shared.contracts.directory.codes import HouseKind, PartyCode, Service
from shared.contracts.message import Events, Refusal, Say
from shared.contracts.model import UNSEALED, Reason
from shared.contracts.referrals import ReferralEscalated, Referred

MAY: Rights = {ReferChild: May(owner, COORDINATORS, Refusal("not-permitted", ("coordinator",)), begins=True)}


def by_policy(given: Given, _: CategoryConfirmed | CategoryProposed | RiskAssessed | CaseReopened) -> Events:
    """Ask for every service that policy wants and nobody has been asked for yet.

    That is once a category is confirmed and the risk is known; in an emergency at once, on whatever was proposed
    (R122, R146). Each service is asked for once in a case: what follows on it is the coordinator's to say.
    """
    cases = given.state.cases
    if cases.closed or not cases.source or not cases.risk or not (cases.confirmed or cases.risk == "emergency"):
        return ()
    known = {referral.service for referral in given.referrals.values()}
    wanted = given.policy.wanted(cases.children(), given.directory)
    return [_by_rule(given, each) for each in wanted if each.rule.service not in known]


def by_hand(given: Given, command: ReferChild) -> Outcome:
    """Ask a party as the coordinator says; it must give the service, and not be asked for it already."""
    children = given.state.cases.children()
    if not _gives(given, command.agency, command.service, children):
        return Refusal("service-not-given", ("coordinator",))
    if any(_same(referral, command) for referral in given.referrals.values()):
        return Refusal("already-referred", ("sender",))
    risk = given.state.cases.risk
    reason = Reason(table="answers", version=given.policy.version, row=risk or "unassessed")
    return [
        _ask(
            given,
            agency=command.agency,
            service=command.service,
            answer_by=given.now + given.policy.answer_within(risk),
            reason=reason,
            child=children[0],
            previous=_followed(given, command.service),
            house_kind=command.house_kind or ("rpsa" if command.service == SHELTER else None),
        )
    ]


def further(given: Given, id_: UUID) -> tuple[Say, ...]:
    """Ask the next agency of the same row (R147); none where none is left, or the case is closed."""
    party = None if given.state.cases.closed else _next(given, given.referrals[id_])
    return (_again(given, id_, party),) if party else ()


def escalate(given: Given, id_: UUID, cause: str) -> ReferralEscalated:
    """Tell the coordinator that nobody helps yet (R148)."""
    agency, to = given.referrals[id_].agency, given.policy.coordinator
    return ReferralEscalated(referral=id_, agency=agency, to=to, cause=cause, occurred_at=given.now)


def _by_rule(given: Given, wanted: Wanted) -> Say:
    rule, policy = wanted.rule, given.policy
    return _ask(
        given,
        agency=wanted.agencies[0],
        service=rule.service,
        answer_by=given.now + policy.answer_within(given.state.cases.risk, rule),
        reason=Reason(table="referrals", version=policy.version, row=rule.id),
        child=wanted.child,
        house_kind=rule.house_kind,
    )


def _again(given: Given, id_: UUID, party: PartyCode) -> Say:
    """Ask another for what `id_` asked for; the time runs afresh, as the risk is now."""
    was, children = given.referrals[id_], given.state.cases.children()
    rule = given.policies.rule(was.reason)
    child = next((child for child in children if rule and rule.condition.fit(child)), children[0])
    return _ask(
        given,
        agency=party,
        service=was.service,
        answer_by=given.now + given.policy.answer_within(given.state.cases.risk, rule),
        reason=was.reason,
        child=child,
        previous=id_,
        house_kind=was.house_kind,
    )


def _ask(
    given: Given,
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
        referral=given.message.draw(),
        agency=agency,
        service=service,
        answer_by=answer_by,
        reason=reason,
        attempt=given.referrals[previous].attempt + 1 if previous else 1,
        previous=previous,
        house_kind=house_kind,
        siblings=given.state.cases.group if house_kind else None,
        about_child=UNSEALED,
        occurred_at=given.now,
    )
    return Say(fact, about=given.state.cases.about(child))


def _next(given: Given, referral: Referral) -> PartyCode | None:
    """Return whom the row names after those that were asked for this service before."""
    rule = given.policies.rule(referral.reason)
    order = whom(rule, given.state.cases.children(), given.directory) if rule else ()
    before = {other.agency for other in given.referrals.values() if other.service == referral.service}
    return next((party for party in order if party not in before), None)


def _gives(given: Given, agency: PartyCode, service: Service, children: Sequence[Child]) -> bool:
    gives = agency in given.directory.service(service).given_by
    return gives and may_be_told(agency, service, children, given.directory)


def _same(referral: Referral, command: ReferChild) -> bool:
    asked = (referral.agency, referral.service) == (command.agency, command.service)
    return asked and referral.status in OPEN


def _followed(given: Given, service: Service) -> UUID | None:
    """Return the last referral for a service that was escalated and that nobody followed up yet."""
    followed = {referral.previous for referral in given.referrals.values()}
    ended = [id_ for id_, each in given.referrals.items() if each.service == service and each.status == "escalated"]
    return next((id_ for id_ in reversed(ended) if id_ not in followed), None)
