"""Builders: a case in routing with sensible defaults, what agencies ask, and what other services say to it."""

from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.routing.domain import domain
from services.routing.domain.hearing import HearingRow
from services.routing.domain.referral import OwnerRow, ReferralRow
from services.routing.law import Law
from services.routing.policy import Policies
from shared.contracts import cases, commands, placements
from shared.contracts.directory import Directory
from shared.contracts.directory.codes import DischargeOutcome, HouseKind, PartyCode, Risk, Service
from shared.contracts.message import Domain
from shared.contracts.model import UNSEALED, AboutChild, Body, Custodian, Forum, Group
from shared.contracts.proceedings import HearingScheduled
from shared.contracts.referrals import Referred
from tests.harness import CASE, NIGHT, Desk

B = TypeVar("B", bound=Body)

BARU_ULU = "64.71.02.1003"
"""The kelurahan where the community PAPB has its seat (R105)."""
SAMARINDA = "64.72"
NOBODY = uuid5(CASE, "nobody")
"""An id that nothing has."""
DIRECTORY = Directory.load(date(2026, 11, 2))
POLICIES = Policies.load(DIRECTORY)
LAW = Law.load()
LATER = timedelta(minutes=10)

STREET_WORKER = AboutChild(age_years=11, sex="female", found_area=BARU_ULU, category="AT", national_code="AJ")
STREET_DWELLER = AboutChild(age_years=9, sex="male", found_area=BARU_ULU, category="AMPK", national_code="AJ")
TODDLER = AboutChild(age_years=2, sex="male", found_area=BARU_ULU, category="ABT")
OFFENDER = AboutChild(age_years=15, sex="male", found_area=BARU_ULU, category="ABH", role="offender")


def routing(policies: Policies = POLICIES) -> Domain:
    return domain(policies=policies, directory=DIRECTORY, law=LAW)


def told(type_: type[B], **fields: object) -> B:
    """A fact or a command at the desk's hour."""
    return type_.model_validate({"occurred_at": NIGHT, **fields})


class Case(Desk):
    """A case as routing sees it."""

    def is_identified(self, about: AboutChild = TODDLER, **more: Any) -> "Case":
        fields = {"report": NOBODY, "source": "community", "reported_by": "koppaja", **more}
        self.hears(told(cases.ChildIdentified, about_child=UNSEALED, **fields), "cases", about)
        return self

    def is_confirmed(self, about: AboutChild, assertion: UUID = NOBODY) -> "Case":
        fact = told(cases.CategoryConfirmed, assertion=assertion, about_child=UNSEALED)
        self.hears(fact, "cases", about)
        return self

    def is_at_risk(self, risk: Risk) -> "Case":
        self.hears(told(cases.RiskAssessed, risk=risk), "cases")
        return self

    def is_closed(self) -> "Case":
        self.hears(told(cases.CaseClosed, closing=NOBODY, outcome="independent"), "cases")
        return self

    def is_reopened(self) -> "Case":
        self.hears(told(cases.CaseReopened, cause="bed-held/1", cause_type="bed-held"), "cases")
        return self

    def shelter_says(self, type_: type[B], **fields: object) -> "Case":
        fact = told(type_, **fields)
        self.hears(fact, "placements")  # type: ignore[arg-type]  # only facts are passed
        return self

    def bed_held(self, referral: UUID, stay: UUID = NOBODY) -> "Case":
        return self.shelter_says(
            placements.BedHeld, stay=stay, house="rpsa-1", bed=1, house_kind="rpsa", referral=referral,
            until=NIGHT + LATER,
        )  # fmt: skip

    def discharged(self, outcome: DischargeOutcome = "returned-to-family", stay: UUID = NOBODY) -> "Case":
        return self.shelter_says(placements.Discharged, stay=stay, to=Custodian(kind="family"), outcome=outcome)

    def owner_refers(self, agency: PartyCode, service: Service, house_kind: HouseKind | None = None) -> "Case":
        asked = told(commands.ReferChild, agency=agency, service=service, house_kind=house_kind)
        self.takes(asked, "dinsos", "coordinator")
        return self

    def schedules(self, forum: Forum = "diversion", by: str = "polresta", after: timedelta = timedelta(days=3)) -> UUID:
        self.takes(told(commands.ScheduleHearing, forum=forum, at=self.now + after), by)
        return self.last(HearingScheduled).hearing

    def referral(self, service: Service) -> UUID:
        """The last referral for a service."""
        return next(r.referral for r in reversed(self.all(Referred)) if r.service == service)

    def asked(self) -> list[tuple[str, str]]:
        """Who has been asked for what, in order."""
        return [(referred.agency, referred.service) for referred in self.all(Referred)]

    def referrals(self) -> dict[UUID, ReferralRow]:
        return {row.referral: row for row in self.rows(ReferralRow)}

    def hearing(self) -> HearingRow:
        row: HearingRow = self.rows(HearingRow)[-1]
        return row

    def refused(self) -> str | None:
        """The code with which the last command was refused."""
        return self.refusal.code if self.refusal else None

    def who_could(self) -> tuple[str, ...]:
        assert self.refusal, "nothing was refused"
        return self.refusal.who_could

    def owner(self) -> str:
        row: OwnerRow = self.rows(OwnerRow)[0]
        return row.owner


def a_case(about: AboutChild = TODDLER, *, risk: Risk | None = "high", confirmed: bool = True, **more: Any) -> Case:
    """A case whose child was identified, its category confirmed and its risk assessed; of a toddler, unless told."""
    case = Case(routing()).is_identified(about, **more)
    if risk:
        case.is_at_risk(risk)
    return case.is_confirmed(about) if confirmed else case


def a_street_dweller(**more: Any) -> Case:
    """A child asked for a bed in the RPSA."""
    return a_case(STREET_DWELLER, source="raid", reported_by="satpol-pp", **more)


def siblings() -> Group:
    return Group(id=uuid5(CASE, "siblings"), size=2)


def a_boy() -> Case:
    """A boy of 15 whom the police suspect."""
    return a_case(OFFENDER, source="police", reported_by="polresta")


def companion(case: Case, hearing: object, agency: str = "dinsos", officer: str = "peksos-1") -> Case:
    case.takes(told(commands.AssignCompanion, hearing=hearing, officer=officer), agency)
    return case
