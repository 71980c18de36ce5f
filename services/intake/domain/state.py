"""The state of a case in intake: its own stream and what it keeps of the three that it hears."""

import msgspec

from services.intake.domain.approval import Approvals
from services.intake.domain.assessment import Assessment
from services.intake.domain.assignment import Assignment
from services.intake.domain.category import Assertions
from services.intake.domain.closing import Closing
from services.intake.domain.follow_up import Following
from services.intake.domain.heard import Placements, Proceedings, Referrals
from services.intake.domain.link import Links
from services.intake.domain.may import DINSOS
from services.intake.domain.plan import Plan
from services.intake.domain.report import Report
from services.intake.domain.risk import Assessed
from shared.contracts import message


class Cases(message.Part, frozen=True):
    """What the case's own facts made of it, a field for each noun."""

    report: Report | None = None
    categories: Assertions = msgspec.field(default_factory=dict)
    risk: Assessed | None = None
    assignment: Assignment = msgspec.field(default_factory=Assignment)
    assessment: Assessment = msgspec.field(default_factory=Assessment)
    plan: Plan = msgspec.field(default_factory=Plan)
    follow_up: Following = msgspec.field(default_factory=Following)
    approvals: Approvals = msgspec.field(default_factory=dict)
    links: Links = msgspec.field(default_factory=dict)
    closing: Closing = msgspec.field(default_factory=Closing)


class State(message.State, frozen=True):
    """One case."""

    cases: Cases = msgspec.field(default_factory=Cases)
    referrals: Referrals = msgspec.field(default_factory=Referrals)
    proceedings: Proceedings = msgspec.field(default_factory=Proceedings)
    placements: Placements = msgspec.field(default_factory=Placements)

    def parties(self) -> frozenset[str]:
        """Who takes part: Dinsos, who reported, has had or holds the child, owns or has the case, or was asked."""
        report = self.cases.report
        reporters = {report.reported_by, report.secured_by or DINSOS} if report else set()
        asked = set(self.referrals.asked.values())
        work = {self.cases.assignment.agency}
        heard = {*self.proceedings.parties, *self.placements.parties, self.referrals.owner}
        return frozenset({DINSOS} | reporters | asked | heard | work) - {""}
