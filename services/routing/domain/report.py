"""Reports that justice asks for: the probation officer's *litmas*, the social worker's *laporan sosial* (R31-R33)."""

from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

import msgspec

from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import AboutChild
from shared.contracts.proceedings import ReportDelivered, ReportRequested
from shared.contracts.transitions import NONE, Table, after

if TYPE_CHECKING:
    from services.routing.domain.matter import Matters

TABLE: Final[Table] = {(NONE, ReportRequested): "requested", ("requested", ReportDelivered): "delivered"}


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """A report that was asked of a party."""

    matter: UUID
    kind: Literal["litmas", "social-report"]
    of: PartyCode
    status: str = "requested"


def requested(matters: "Matters", fact: ReportRequested, _: AboutChild) -> "Matters":
    """Evolve by `report-requested`."""
    new = Report(matter=fact.matter, kind=fact.kind, of=fact.of)
    return msgspec.structs.replace(matters, reports={**matters.reports, fact.report: new})


def delivered(matters: "Matters", fact: ReportDelivered, _: AboutChild) -> "Matters":
    """Evolve by `report-delivered`."""
    was = matters.reports.get(fact.report)
    if was is None:
        return matters
    told = msgspec.structs.replace(was, status=after(TABLE, was.status, fact))
    return msgspec.structs.replace(matters, reports={**matters.reports, fact.report: told})
