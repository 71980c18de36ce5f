"""What can be done in intake: to categories and links, and to the case as a whole."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID, uuid5

from services.intake.domain.status import MACHINES
from shared.contracts import commands, placements, referrals
from shared.contracts.model import AboutChild, Custodian
from tests.explorer.routing import hears, takes, told
from tests.explorer.walk import Act, Case, Statuses, soonest
from tests.harness import CASE
from tests.intake.city import a_report, intake

DOMAIN: Final = intake()


def nouns(state: Any, subject: UUID) -> Statuses:
    """Every noun of a case with its status."""
    part = state.cases
    found = {("category", id_): each.status for id_, each in part.categories.items()}
    approvals = {("approval", id_): each.status for id_, each in part.approvals.items()}
    links = {("link", id_): each.status for id_, each in part.links.items()}
    return {**found, **approvals, **links, ("case", subject): part.closing.status}


def nobody() -> Case:
    return Case(DOMAIN, nouns, MACHINES)


def done(case: Case) -> Iterator[Act]:
    """What Dinsos, agencies, routing and shelter do."""
    part = case.state.cases
    if part.report is None:
        yield "report", lambda case: case.takes(a_report(), "koppaja")
        return
    yield from soonest(case)
    if len(part.categories) < 3:
        yield takes("koppaja", commands.ProposeCategory, about_child=AboutChild(category="NAPZA"))
        yield takes("dinsos", commands.ConfirmCategory, about_child=AboutChild(category="ABH"))
    for id_ in part.categories:
        yield takes("dinsos", commands.ConfirmCategory, assertion=id_)
        yield takes("dinsos", commands.WithdrawCategory, assertion=id_)
    if len(part.links) < 2:
        yield takes("dinsos", commands.LinkSameChild, primary=uuid5(CASE, "other"))
    for id_ in part.links:
        yield takes("dinsos", commands.UnlinkSameChild, link=id_)
    yield takes("dinsos", commands.RequestClosing, outcome="independent")
    if len(part.approvals) < 2:
        close = told(case, commands.RequestClosing, outcome="independent")
        yield "a worker asks to close", lambda case: case.takes(close, "dinsos", "officer", "uji-2")
    for id_ in part.approvals:
        yield takes("dinsos", commands.GiveApproval, approval=id_)
        yield takes("dinsos", commands.RefuseApproval, approval=id_, reason="not-yet")
    yield from _answers(part.closing.id)


def _answers(closing: UUID | None) -> Iterator[Act]:
    """Routing and shelter answer, and something begins in between."""
    if closing:
        still = [{"kind": "referral", "id": closing}]
        yield hears(referrals.NothingOpenInRouting, "referrals", closing=closing)
        yield hears(referrals.StillOpenInRouting, "referrals", closing=closing, open=still)
        yield hears(placements.NothingOpenInShelter, "placements", closing=closing)
    yield hears(placements.ChildSecured, "placements", custodian=Custodian(kind="agency", party="polresta"))


def key(case: Case) -> object:
    """What tells two cases apart: every status, and who has answered."""
    part, state = case.state.cases, case.state
    answers = (each and each.closing == part.closing.id for each in (state.referrals.answer, state.placements.answer))
    things = (sorted(each.status for each in of.values()) for of in (part.categories, part.approvals, part.links))
    return tuple(map(tuple, things)), part.closing.status, tuple(answers), part.report is None
