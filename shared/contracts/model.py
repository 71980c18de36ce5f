"""The bases of every message's data: facts, commands, sealed fields, and the small types they share."""

import re
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from shared.contracts.directory.codes import (
    AgencyCode,
    Category,
    CustodianKind,
    NationalCode,
    PartyCode,
)

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/-]{0,63}$")]
"""A machine word: never free text, so that nothing personal can hide in it."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")]
"""A Kemendagri area code, of any level (R103)."""

Officer = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
"""The pseudonym of a person who acts for an agency; who that is only the agency knows."""

Sex = Literal["female", "male", "unknown"]
Role = Literal["offender", "victim", "witness", "none"]
Forum = Literal["diversion", "court"]


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


class Body(BaseModel):
    """The data of one message; `type` is its name on the wire, `version` the number behind it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    type: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__()
        cls.type = _kebab(cls.__name__)


class Fact(Body):
    """Something that happened, and cannot be refused. `occurred_at` is when, with its offset; it may be long ago."""

    occurred_at: AwareDatetime


class Command(Body):
    """Something that somebody asks for. Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    decider: ClassVar[str] = ""
    """The one service that decides it."""

    occurred_at: AwareDatetime


class Value(BaseModel):
    """A part of a message's data."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Sealed(Value):
    """What only holders of a key can read: `kid` names the key, `box` is base64url of nonce, ciphertext and tag."""

    kid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    box: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,8192}$")]


UNSEALED = Sealed(kid="none", box="AA")
"""Stands in a body until the engine seals what belongs there."""


class AboutChild(Value):
    """What describes a child, without naming it. On the wire only ever as `Sealed`, under the case's key (R91)."""

    age_years: Annotated[int, AfterValidator(lambda age: _between(age, 0, 25))] | None = None
    sex: Sex = "unknown"
    found_area: AreaCode | None = None
    """Where the child was found: a kelurahan."""
    home_area: AreaCode | None = None
    """Where the child is from: a kelurahan, or another city."""
    category: Category | None = None
    national_code: NationalCode | None = None
    """The finer national code (R8, R12), where one is known."""
    role: Role = "none"
    """In a matter of law (R3, R71)."""


def _between(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        message = f"must be between {low} and {high}"
        raise ValueError(message)
    return value


class Group(Value):
    """Facts about several children said together: a raid, or siblings, who go together or not at all (R84)."""

    id: UUID
    size: Annotated[int, AfterValidator(lambda size: _between(size, 1, 100))]


class Custodian(Value):
    """Who has the child: always exactly one."""

    kind: CustodianKind
    party: PartyCode | None = None
    """For `agency` and `community`: which; for `escort`: whose."""
    house: Code | None = None
    """For `house`: which. Where a child sleeps is confidential (R88)."""


class Reason(Value):
    """The row of law or policy behind an act, so that anybody can look it up."""

    table: Code
    version: Code
    row: Code


def utc(moment: datetime) -> str:
    """A moment as the envelope writes it: UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


__all__ = [
    "AboutChild",
    "AgencyCode",
    "AreaCode",
    "Body",
    "Category",
    "Code",
    "Command",
    "Custodian",
    "Fact",
    "Forum",
    "Group",
    "Officer",
    "PartyCode",
    "Reason",
    "UNSEALED",
    "Role",
    "Sealed",
    "Sex",
    "Value",
    "utc",
]
