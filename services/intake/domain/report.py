"""Reports: one may speak of several children, and opens a case for each (R87a, R118)."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec

from services.intake.domain.child import Child, known, unfit
from services.intake.domain.may import ANYONE, Rights
from services.intake.policy import Policy
from shared.contracts.cases import ChildIdentified, RiskAssessed, report_id
from shared.contracts.commands import ReportChild
from shared.contracts.message import Events, Message, Refusal, Say
from shared.contracts.model import UNSEALED, Command, Group

if TYPE_CHECKING:
    from services.intake.domain.state import State

RAIDS: Final = frozenset({"raid", "punk"})
"""Ways of being found that are never categories, and never make an offender (R11, R87b)."""

MAY: Rights = {ReportChild: ANYONE}


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the case began, and what is known of the child."""

    id: UUID
    source: str
    reported_by: str
    identified_at: datetime
    secured_by: str | None = None
    raid: UUID | None = None
    siblings: UUID | None = None
    siblings_size: int = 0
    child: Child = Child()


class ReportRow(NamedTuple):
    """Table `reports`: one row for each case."""

    subject: UUID
    report: UUID
    source: str
    reported_by: str
    secured_by: str | None
    raid: UUID | None
    siblings: UUID | None
    siblings_size: int
    age_years: int | None
    sex: str
    found_area: str | None
    home_area: str | None
    role: str
    identified_at: datetime


def opens(command: Command) -> int:
    """Return how many cases a command opens: one for each child of a report."""
    return len(command.children) if isinstance(command, ReportChild) else 0


def identify(
    state: "State", message: Message, now: datetime, *, areas: frozenset[str], policy: Policy
) -> Events | Refusal:
    """Open the case of one child of a report; a name is not needed, and a raid makes no offender (R79, R87b, R100).

    A report that names a case is malformed: it opens new ones.
    """
    command = message.body
    assert isinstance(command, ReportChild)
    if state.cases.report is not None:
        return Refusal("malformed")
    child = command.children[message.index]
    if code := unfit(child.about_child, areas, raid=command.source in RAIDS):
        return Refusal(code)
    return [Say(_identified(command, message, now, policy), about=child.about_child), *_risk(command, now, policy)]


def _risk(command: ReportChild, now: datetime, policy: Policy) -> Iterator[RiskAssessed]:
    if command.risk:
        due = policy.due("assess", command.risk, now)
        yield RiskAssessed(risk=command.risk, assess_by=due, occurred_at=command.occurred_at)


def _identified(command: ReportChild, message: Message, now: datetime, policy: Policy) -> ChildIdentified:
    return ChildIdentified(
        report=report_id(message.subjects[0]),
        source=command.source,
        reported_by=message.caller.party,
        secured_by=message.caller.party if command.secured else None,
        raid=_raid(command, message),
        siblings=_siblings(command, message),
        duty=policy.on_duty(now),
        take_by=policy.due("take", command.risk, now),
        assess_by=policy.due("assess", command.risk, now),
        about_child=UNSEALED,
        occurred_at=command.occurred_at,
    )


def _raid(command: ReportChild, message: Message) -> Group | None:
    """All children of a raid. Ids are derived from a case's, so that each of them finds the same one."""
    size = len(command.children)
    return Group(id=uuid5(message.subjects[0], "raid"), size=size) if command.source in RAIDS and size > 1 else None


def _siblings(command: ReportChild, message: Message) -> Group | None:
    """All children of the report that carry this one's number: together or not at all (R84)."""
    number = command.children[message.index].siblings
    same = [at for at, child in enumerate(command.children) if number and child.siblings == number]
    return Group(id=uuid5(message.subjects[same[0]], "siblings"), size=len(same)) if len(same) > 1 else None


def identified(_: Report | None, message: Message) -> Report:
    """Evolve by `child-identified`."""
    fact = message.body
    assert isinstance(fact, ChildIdentified)
    return Report(
        id=fact.report,
        source=fact.source,
        reported_by=fact.reported_by,
        identified_at=fact.occurred_at,
        secured_by=fact.secured_by,
        raid=fact.raid.id if fact.raid else None,
        siblings=fact.siblings.id if fact.siblings else None,
        siblings_size=fact.siblings.size if fact.siblings else 0,
        child=known(Child(), message.about),
    )


def corrected(report: Report | None, message: Message) -> Report | None:
    """Evolve by `category-confirmed`, which carries what is known of the child by then."""
    return report and msgspec.structs.replace(report, child=known(report.child, message.about))


def rows(subject: UUID, report: Report) -> Iterator[ReportRow]:
    """Return the report's row."""
    yield ReportRow(
        subject,
        report.id,
        report.source,
        report.reported_by,
        report.secured_by,
        report.raid,
        report.siblings,
        report.siblings_size,
        *report.child,
        report.identified_at,
    )
