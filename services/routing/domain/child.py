"""What routing has heard of a case: the child without its name, categories and risk, and whether the case is open."""

from uuid import UUID

import msgspec

from services.routing.policy.conditions import Child
from shared.contracts.cases import (
    CaseClosed,
    CaseReopened,
    CategoryConfirmed,
    CategoryProposed,
    CategoryWithdrawn,
    ChildIdentified,
    RiskAssessed,
)
from shared.contracts.directory.codes import Category, NationalCode, Risk, Source
from shared.contracts.message import Part
from shared.contracts.model import AboutChild, Group, Role, Sex


class Assertion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody's word that the child belongs to a category (R10)."""

    category: Category
    national_code: NationalCode | None = None
    role: Role = "none"
    confirmed: bool = False


class Cases(Part, frozen=True):
    """The part that `cases` makes. No `source` means that the case has not been heard of.

    `reported` is the category that came with the report; ages and areas are as last told.
    """

    source: Source | None = None
    siblings: UUID | None = None
    siblings_size: int = 0
    age_years: int | None = None
    sex: Sex = "unknown"
    found_area: str | None = None
    home_area: str | None = None
    role: Role = "none"
    reported: Assertion | None = None
    assertions: dict[UUID, Assertion] = msgspec.field(default_factory=dict)
    risk: Risk | None = None
    closed: bool = False

    @property
    def group(self) -> Group | None:
        """The siblings that go together or not at all (R84)."""
        return Group(id=self.siblings, size=self.siblings_size) if self.siblings else None

    @property
    def confirmed(self) -> bool:
        """Whether Dinsos confirmed any category."""
        return any(assertion.confirmed for assertion in self.assertions.values())

    def children(self) -> tuple[Child, ...]:
        """What policy goes by, once for each category: the confirmed ones, else those proposed, else one without."""
        proposed = [self.reported] if self.reported else []
        confirmed = [assertion for assertion in self.assertions.values() if assertion.confirmed]
        standing = confirmed or [*proposed, *self.assertions.values()]
        return tuple(dict.fromkeys(map(self._child, standing))) or (self._child(None),)

    def about(self, child: Child) -> AboutChild:
        """What a referral tells of the child: what is known, and the category that it goes by."""
        return AboutChild(
            age_years=self.age_years,
            sex=self.sex,
            found_area=self.found_area,
            home_area=self.home_area,
            category=child.category,
            national_code=child.national_code,
            role=child.role,
        )

    def _child(self, assertion: Assertion | None) -> Child:
        assert self.source, "a case that was heard of has a source"
        return Child(
            category=assertion.category if assertion else None,
            national_code=assertion.national_code if assertion else None,
            role=assertion.role if assertion and assertion.role != "none" else self.role,
            years=self.age_years,
            risk=self.risk,
            source=self.source,
            found=self.found_area,
            home=self.home_area,
        )


def identified(cases: Cases, fact: ChildIdentified, about: AboutChild) -> Cases:
    """Evolve by `child-identified`."""
    return _told(
        msgspec.structs.replace(
            cases,
            source=fact.source,
            siblings=fact.siblings.id if fact.siblings else None,
            siblings_size=fact.siblings.size if fact.siblings else 0,
            reported=_assertion(about, confirmed=False),
        ),
        about,
    )


def proposed(cases: Cases, fact: CategoryProposed, about: AboutChild) -> Cases:
    """Evolve by `category-proposed`."""
    return _with(cases, fact.assertion, _assertion(about, confirmed=False))


def confirmed(cases: Cases, fact: CategoryConfirmed, about: AboutChild) -> Cases:
    """Evolve by `category-confirmed`, which tells age and areas as now known, and settles what was reported alike."""
    told, assertion, reported = _told(cases, about), _assertion(about, confirmed=True), cases.reported
    if assertion and reported and reported.category == assertion.category:
        code = assertion.national_code or reported.national_code
        assertion, told = _finer(assertion, code), msgspec.structs.replace(told, reported=None)
    return _with(told, fact.assertion, assertion)


def withdrawn(cases: Cases, fact: CategoryWithdrawn, _: AboutChild) -> Cases:
    """Evolve by `category-withdrawn`; an assertion never heard of is the report's own."""
    if fact.assertion not in cases.assertions:
        return msgspec.structs.replace(cases, reported=None)
    left = {id_: assertion for id_, assertion in cases.assertions.items() if id_ != fact.assertion}
    return msgspec.structs.replace(cases, assertions=left)


def assessed(cases: Cases, fact: RiskAssessed, _: AboutChild) -> Cases:
    """Evolve by `risk-assessed`."""
    return msgspec.structs.replace(cases, risk=fact.risk)


def closed(cases: Cases, _: CaseClosed, __: AboutChild) -> Cases:
    """Evolve by `case-closed`."""
    return msgspec.structs.replace(cases, closed=True)


def reopened(cases: Cases, _: CaseReopened, __: AboutChild) -> Cases:
    """Evolve by `case-reopened`."""
    return msgspec.structs.replace(cases, closed=False)


def _assertion(about: AboutChild, *, confirmed: bool) -> Assertion | None:
    return about.category and Assertion(about.category, about.national_code, about.role, confirmed)


def _finer(assertion: Assertion, code: NationalCode | None) -> Assertion:
    return msgspec.structs.replace(assertion, national_code=code)


def _with(cases: Cases, id_: UUID, assertion: Assertion | None) -> Cases:
    """One assertion more; a fact whose sealed part names no category makes none."""
    return msgspec.structs.replace(cases, assertions={**cases.assertions, id_: assertion}) if assertion else cases


def _told(cases: Cases, about: AboutChild) -> Cases:
    """What somebody told more; what was left open stays as it was."""
    return msgspec.structs.replace(
        cases,
        age_years=about.age_years if about.age_years is not None else cases.age_years,
        sex=about.sex if about.sex != "unknown" else cases.sex,
        found_area=about.found_area or cases.found_area,
        home_area=about.home_area or cases.home_area,
        role=about.role if about.role != "none" else cases.role,
    )
