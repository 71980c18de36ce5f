"""Asking for a *litmas* or a *laporan sosial*, and delivering it (R31-R33)."""

from collections.abc import Mapping
from typing import Final

from services.routing.domain.given import Given, Outcome
from services.routing.domain.may import May, Rights
from services.routing.domain.opening import JUSTICE, UNKNOWN, these
from services.routing.domain.report import TABLE
from shared.contracts.commands import DeliverReport, RequestReport
from shared.contracts.directory.codes import PartyCode
from shared.contracts.message import Refusal
from shared.contracts.proceedings import ReportDelivered, ReportRequested
from shared.contracts.transitions import fits

ASKED: Final[Mapping[str, PartyCode]] = {"litmas": "bapas", "social-report": "dinsos"}
"""Who owes it (R32, R33)."""
WRITERS: Final[Mapping[str, frozenset[str]]] = {
    "litmas": frozenset({"bapas"}),
    "social-report": frozenset({"dinsos", "sakti-peksos"}),
}


def writers(given: Given, command: DeliverReport) -> frozenset[str] | Refusal:
    """Name who may deliver a report."""
    report = given.matters.reports.get(command.report)
    return WRITERS[report.kind] if report else Refusal("unknown-report", ("sender",))


MAY: Rights = {
    RequestReport: May(these(*JUSTICE, "dinsos"), refusal=Refusal("not-permitted", ("polresta", "kejari", "pn"))),
    DeliverReport: May(writers, refusal=Refusal("not-permitted", ("bapas", "dinsos", "sakti-peksos"))),
}


def request(given: Given, command: RequestReport) -> Outcome:
    """Ask for a report; one of a kind that is already asked for in the matter is the same."""
    if command.matter not in given.matters.by_id:
        return UNKNOWN
    asked = given.matters.reports.values()
    if any((r.matter, r.kind, r.status) == (command.matter, command.kind, "requested") for r in asked):
        return ()
    fact = ReportRequested(
        report=given.message.draw(),
        matter=command.matter,
        kind=command.kind,
        of=ASKED[command.kind],
        by=given.party,
        occurred_at=command.occurred_at,
    )
    return [fact]


def deliver(given: Given, command: DeliverReport) -> Outcome:
    """The report lies before who asked for it."""
    report = given.matters.reports[command.report]
    if not fits(TABLE, report.status, ReportDelivered):
        return Refusal("report-not-open", ("sender",))
    return [
        ReportDelivered(report=command.report, matter=report.matter, by=given.party, occurred_at=command.occurred_at)
    ]
