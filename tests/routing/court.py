"""Builders: a case with a matter of law, what police, prosecutor and court tell of it, and its clocks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.routing.domain.clock import ClockRow
from services.routing.law.clock import WITA
from shared.contracts import commands
from shared.contracts.model import AboutChild, Command
from shared.contracts.proceedings import ChildDetained, DiversionOpened, MatterOpened, ReportRequested
from tests.routing.city import Case, a_case

SUSPECT = AboutChild(age_years=16, category="ABH", role="offender")
VICTIM = AboutChild(age_years=9, category="ABH", role="victim")


def wita(text: str) -> datetime:
    """`2026-11-02 09:00`, in the city's time."""
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


class Matter:
    """A matter of law and the desk that keeps it; every act is told when it happens, unless `told` says later."""

    def __init__(self, opened: str, about: AboutChild = SUSPECT, case: Case | None = None, **more: Any) -> None:
        self.case = case or a_case(SUSPECT, source="police", reported_by="polresta")
        self.case.now = wita(opened)
        self.tells(commands.OpenMatter, opened, about_child=about, **more)
        self.id = self.case.last(MatterOpened).matter

    def tells(self, type_: type[Command], at: str, by: str = "polresta", told: str = "", **fields: Any) -> "Matter":
        """Somebody tells of an act of `at`, at that time or at `told`."""
        moment = wita(told or at)
        if moment > self.case.now:
            self.case.waits(moment - self.case.now)
        self.case.takes(type_.model_validate({"occurred_at": wita(at), **fields}), by)
        return self

    def does(self, type_: type[Command], at: str, by: str = "polresta", told: str = "", **fields: Any) -> "Matter":
        """The same, of an act in this matter."""
        return self.tells(type_, at, by, told, matter=self.id, **fields)

    def step(self, step: str, at: str, by: str = "polresta", told: str = "") -> "Matter":
        return self.does(commands.RecordStep, at, by, told, step=step)

    def asks(self, kind: str, at: str) -> "Matter":
        return self.does(commands.RequestReport, at, kind=kind)

    def delivers(self, at: str, by: str = "dinsos", told: str = "") -> "Matter":
        return self.tells(commands.DeliverReport, at, by, told, report=self.case.last(ReportRequested).report)

    def detains(self, stage: str, at: str, by: str = "polresta", told: str = "", **more: Any) -> "Matter":
        return self.does(commands.RecordDetention, at, by, told, **{"stage": stage, "held_by": "lapas", **more})

    def extends(self, days: int, at: str, by: str = "kejari", told: str = "") -> "Matter":
        return self.tells(
            commands.RecordExtension, at, by, told, detention=self.case.last(ChildDetained).detention, days=days
        )

    def releases(self, at: str, by: str = "lapas", told: str = "") -> "Matter":
        return self.does(commands.RecordRelease, at, by, told, why="limit-reached")

    def diverts(self, stage: str, at: str, by: str = "polresta") -> "Matter":
        return self.does(commands.OpenDiversion, at, by, stage=stage)

    def sets_hearing(self, at: str, by: str = "polresta", **more: Any) -> "Matter":
        """A hearing is set, now."""
        fields = {"forum": "diversion", "at": wita(at), "occurred_at": self.case.now, **more}
        self.case.takes(commands.ScheduleHearing.model_validate(fields), by)
        return self

    def ends_diversion(self, outcome: str, at: str, by: str = "polresta", **more: Any) -> "Matter":
        id_: UUID = self.case.last(DiversionOpened).diversion
        told = {"consents": ["child", "parent", "victim"], **more}
        return self.tells(commands.RecordDiversion, at, by, diversion=id_, outcome=outcome, **told)

    def waits_until(self, at: str) -> "Matter":
        self.case.waits(wita(at) - self.case.now)
        return self

    # -- looking ----------------------------------------------------------------------------------------------------

    def clocks(self, rule: str) -> list[ClockRow]:
        """The clocks of a row of law, the first first."""
        return [row for row in self.case.rows(ClockRow) if row.rule == rule]

    def clock(self, rule: str) -> ClockRow:
        return self.clocks(rule)[-1]

    def due(self, rule: str) -> datetime:
        return self.clock(rule).due

    def status(self, rule: str) -> str:
        return self.clock(rule).status

    def refused(self) -> str | None:
        return self.case.refused()
