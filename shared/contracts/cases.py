"""Stream `cases`, spoken by intake: who was found, what is known of the child, and the end of the case."""

from uuid import UUID, uuid5

from pydantic import AwareDatetime

from shared.contracts.casework import CASEWORK, Duty
from shared.contracts.directory.codes import ClosingOutcome, PartyCode, Risk, Source, WaiverReason
from shared.contracts.model import Code, Fact, Group, MessageId, Sealed


class ChildIdentified(Fact):
    """A child in need was found, reported or arrested; the first fact of every case (R118, R87a).

    `about_child` holds age, sex, areas, a proposed category and role. `secured_by` is set where an agency took the
    child into its care at once, as in a raid; a raid never makes an offender of a child (R87b).
    """

    report: UUID
    source: Source
    reported_by: PartyCode
    secured_by: PartyCode | None = None
    raid: Group | None = None
    siblings: Group | None = None
    duty: Duty | None = None
    """Who is on duty, and so must see that a worker takes the case by `take_by` (R127)."""
    take_by: AwareDatetime | None = None
    assess_by: AwareDatetime | None = None
    """By when the child must be assessed (R122)."""
    about_child: Sealed


def report_id(first: UUID) -> UUID:
    """The id of a report, made from its first child's case: so it can be told of each child whether it is that one."""
    return uuid5(first, "report")


class CategoryProposed(Fact):
    """Somebody thinks that the child belongs to a category (R10); `about_child` holds which."""

    assertion: UUID
    by: PartyCode
    about_child: Sealed


class CategoryConfirmed(Fact):
    """Dinsos confirmed a category (R10); `about_child` holds which, and age and areas as now known."""

    assertion: UUID
    about_child: Sealed


class CategoryWithdrawn(Fact):
    """A category proved wrong (R10)."""

    assertion: UUID


class RiskAssessed(Fact):
    """How soon somebody must act (R122)."""

    risk: Risk
    assess_by: AwareDatetime | None = None
    """By when the child must be assessed (R122)."""


class SameChildLinked(Fact):
    """Two cases are of one child: `primary` leads, both stay."""

    link: UUID
    primary: UUID


class SameChildUnlinked(Fact):
    """The link was a mistake."""

    link: UUID


class ClosingRequested(Fact):
    """May this case close? Routing and shelter answer by `answer_by` what is still open with them (R150)."""

    closing: UUID
    outcome: ClosingOutcome
    answer_by: AwareDatetime | None = None
    waived: WaiverReason | None = None
    """Why the child need not be seen again before its case closes."""


class ClosingDeclined(Fact):
    """The case stays open, because of what `still_open` names (R150)."""

    closing: UUID
    still_open: tuple[Code, ...]


class CaseClosed(Fact):
    """Nothing is open any more, and the case is closed (R150)."""

    closing: UUID
    outcome: ClosingOutcome


class CaseReopened(Fact):
    """Something was begun unawares while the case closed: it is open again. `cause` is the id of that event."""

    cause: MessageId
    cause_type: Code
    duty: Duty | None = None
    """Who is on duty, and so must see that a worker takes the case by `take_by` (R127)."""
    take_by: AwareDatetime | None = None
    assess_by: AwareDatetime | None = None
    """By when the child must be assessed (R122)."""


CASES = (
    ChildIdentified,
    CategoryProposed,
    CategoryConfirmed,
    CategoryWithdrawn,
    RiskAssessed,
    SameChildLinked,
    SameChildUnlinked,
    ClosingRequested,
    ClosingDeclined,
    CaseClosed,
    CaseReopened,
    *CASEWORK,
)
