"""The entries of the directory, one frozen class per data file."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from shared.contracts.directory.codes import (
    AreaLevel,
    Category,
    Certainty,
    CommunityBasis,
    CommunityCode,
    Lang,
    NationalCode,
    Outcome,
    OutcomeOf,
    PartyCode,
    PartyKind,
    Profile,
    ReasonCode,
    ReasonKind,
    Service,
    Who,
)

Code_co = TypeVar("Code_co", bound=str, covariant=True)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    id: str
    en: str

    def into(self, lang: Lang) -> str:
        """Return the text in one language."""
        return self.id if lang == "id" else self.en


@dataclass(frozen=True, slots=True)
class Record:
    """Where a row stands, since when it holds, until which last day (None = open), and on which ground."""

    place: str
    valid_from: date
    valid_to: date | None
    rule: str
    certainty: Certainty
    note: str

    def holds(self, day: date) -> bool:
        """Tell whether the row holds on a day; both edges belong to it."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Entry(Protocol):
    """What every entry has."""

    @property
    def code(self) -> str: ...  # noqa: D102  # the class says it
    @property
    def record(self) -> Record: ...  # noqa: D102  # the class says it


@dataclass(frozen=True, slots=True)
class Term(Generic[Code_co]):
    """An entry that is only a code and its name: risks, sources, kinds of custodian and house, who could."""

    code: Code_co
    record: Record
    name: Text


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An X25519 public key of 32 bytes and its id; identity is sealed to it (HPKE)."""

    kid: str
    x25519: bytes


@dataclass(frozen=True, slots=True)
class Party:
    """An agency or a community; `kelurahan` is where a community has its seat (R105)."""

    code: PartyCode
    record: Record
    name: Text
    kind: PartyKind
    profile: Profile
    kelurahan: str | None
    key: PublicKey | None


@dataclass(frozen=True, slots=True)
class Area:
    """An area by its Kemendagri code PP.CC.KK.DDDD (R103); match on the code, never on the name (R104)."""

    code: str
    record: Record
    name: Text
    level: AreaLevel

    @property
    def parent(self) -> str | None:
        """The code of the area it lies in, None for a province."""
        return self.code.rpartition(".")[0] or None


@dataclass(frozen=True, slots=True)
class CommunityArea:
    """Which community serves a kelurahan, and why that one."""

    code: str
    record: Record
    community: CommunityCode
    basis: CommunityBasis


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages in completed years, both edges included."""

    first: int
    last: int

    def fit(self, years: int) -> bool:
        """Tell whether an age lies between the edges."""
        return self.first <= years <= self.last


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """One of the programme's seven categories, with its usual ages: a hint for people, never a verdict (R0.6)."""

    code: Category
    record: Record
    name: Text
    ages: Ages


@dataclass(frozen=True, slots=True)
class National:
    """A national child code; `categories` are the programme's own that it maps to, the usual one first."""

    code: NationalCode
    record: Record
    name: Text
    group_of: NationalCode | None
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A coded reason: its name, a courteous sentence that says what to do, and who could do it."""

    code: ReasonCode
    record: Record
    name: Text
    kinds: tuple[ReasonKind, ...]
    sentence: Text
    who_could: tuple[Who | PartyCode, ...]


@dataclass(frozen=True, slots=True)
class OutcomeEntry:
    """How a referral, a stay or a case may end; `ends` says which of them."""

    code: Outcome
    record: Record
    name: Text
    ends: tuple[OutcomeOf, ...]


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """What a referral may ask for, who gives it, and to which child; no category named means any."""

    code: Service
    record: Record
    name: Text
    given_by: tuple[PartyCode, ...]
    categories: tuple[Category, ...]
    ages: Ages

    def takes(self, category: Category, years: int | None) -> bool:
        """Tell whether it takes a child of this category and age; an unknown age (None) excludes nobody."""
        return (not self.categories or category in self.categories) and (years is None or self.ages.fit(years))
