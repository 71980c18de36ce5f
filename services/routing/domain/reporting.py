"""Asking for a *litmas* or a *laporan sosial*, and delivering it (R31-R33)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain.may import May, Rights
from services.routing.domain.opening import JUSTICE, UNKNOWN, these
from services.routing.domain.report import TABLE
from services.routing.domain.turn import Outcome, Turn
from shared.contracts.commands import DeliverReport, RequestReport
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Refusal
from shared.contracts.proceedings import ReportDelivered, ReportRequested

ASKED: Final[Mapping[str, PartyCode]] = {"litmas": "bapas", "social-report": "dinsos"}
"""Who owes it (R32, R33)."""
WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "litmas": frozenset({"bapas"}),
    "social-report": frozenset({"dinsos", "sakti-peksos"}),
}


def writers(turn: Turn, command: DeliverReport) -> frozenset[str] | Refusal:
    """Name who may deliver a report."""
    report = turn.matters.reports.get(command.report)
    return WRITERS[report.kind] if report else Refusal("unknown-report", ("sender",))


MAY: Rights = {
    RequestReport: May(these(*JUSTICE, "dinsos"), refusal=Refusal("not-permitted", ("polresta", "kejari", "pn"))),
    DeliverReport: May(writers, refusal=Refusal("not-permitted", ("bapas", "dinsos", "sakti-peksos"))),
}


def request(turn: Turn, command: RequestReport) -> Outcome:
    """Ask for a report; one of a kind that is already asked for in the matter is the same."""
    if command.matter not in turn.matters.by_id:
        return UNKNOWN
    asked = turn.matters.reports.values()
    if any((r.matter, r.kind, r.status) == (command.matter, command.kind, "requested") for r in asked):
        return ()
    fact = ReportRequested(
        report=turn.message.draw(),
        matter=command.matter,
        kind=command.kind,
        of=ASKED[command.kind],
        by=turn.party,
        occurred_at=command.occurred_at,
    )
    return [fact]


def deliver(turn: Turn, command: DeliverReport) -> Outcome:
    """The report lies before who asked for it."""
    report = turn.matters.reports[command.report]
    if (report.status, ReportDelivered) not in TABLE:
        return Refusal("report-not-open", ("sender",))
    return [
        ReportDelivered(report=command.report, matter=report.matter, by=turn.party, occurred_at=command.occurred_at)
    ]
