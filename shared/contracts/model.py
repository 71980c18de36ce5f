"""The bases of every message's data: facts, commands, sealed fields, and the small types they share."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.directory.codes import (
    AgencyCode,
    Category,
    CustodianKind,
    NationalCode,
    PartyCode,
)

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/-]{0,63}$")]
"""A machine word: never free text, so that nothing personal can hide in it."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")]
"""A Kemendagri area code, of any level (R103)."""

Officer = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
"""The pseudonym of a person who acts for an agency; who that is only the agency knows."""

YEARS: Final = range(1900, 2200)
"""Of any moment: beyond them lie only mistakes, and moments that cannot be told in UTC."""

MessageId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""The `ce_id` of a message; an agency chooses those of its own."""

Sex = Literal["female", "male", "unknown"]
Role = Literal["offender", "victim", "witness", "none"]
Forum = Literal["diversion", "court"]
Stage = Literal["investigation", "prosecution", "trial", "appeal", "cassation"]
"""Of a matter of law, in their order (R47-R51)."""

Suspect = Literal["parent", "other-adult", "child", "unknown"]
"""Who else is suspected in a matter: by it a parent is left out of whatever is done for the child (R65)."""
MatterOutcome = Literal["judged", "diverted", "decided-jointly", "not-pursued"]
Activity = Literal[
    "guidance",
    "advocacy",
    "listening",
    "recovery",
    "report-to-probation",
    "advice-to-justice",
    "handover",
    "community-acceptance",
]
"""The eight duties of a social worker (R69)."""


_NAME = re.compile(r"^(.+?)(?:V([1-9][0-9]*))?$")


def _on_the_wire(name: str) -> tuple[str, int]:
    """`ChildIdentified` -> `child-identified`, 1; `ChildIdentifiedV2` -> `child-identified`, 2."""
    named = _NAME.match(name)
    assert named, name
    return re.sub(r"(?<!^)(?=[A-Z])", "-", named[1]).lower(), int(named[2] or 1)


class Body(BaseModel):
    """The data of one message; `type` is its name on the wire, `version` the number behind it.

    `variant` tells apart what agencies get of a fact in their mailbox (`notice`) from the fact itself (empty).
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True)
    type: ClassVar[str] = ""
    version: ClassVar[int] = 1
    variant: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__()
        cls.type, cls.version = _on_the_wire(cls.__name__)


class Fact(Body):
    """Something that happened, and cannot be refused."""

    occurred_at: AwareDatetime
    """When it happened, with its offset; it may be long ago, for paper arrives late."""


class Command(Body):
    """Something that somebody asks for. Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)
    decider: ClassVar[str] = ""
    """The one service that decides it."""

    occurred_at: AwareDatetime
    """When it was done, with its offset; it may be long ago, for paper arrives late."""


class Value(BaseModel):
    """A part of a message's data."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, use_attribute_docstrings=True)


class Sealed(Value):
    """What only holders of a key can read: `kid` names the key, `box` is base64url of nonce, ciphertext and tag."""

    kid: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    box: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,8192}$")]


UNSEALED = Sealed(kid="none", box="AA")
"""Stands in a body until the engine seals what belongs there."""


class AboutChild(Value):
    """What describes a child, without naming it. On the wire only ever as `Sealed`, under the case's key (R91)."""

    age_years: Annotated[int, Field(ge=0, le=25)] | None = None
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


class Group(Value):
    """Facts about several children said together: a raid, or siblings, who go together or not at all (R84)."""

    id: UUID
    size: Annotated[int, Field(ge=1, le=100)]


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


@lru_cache(maxsize=64)
def utc(moment: datetime) -> str:
    """A moment as the envelope writes it: UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


__all__ = [
    "UNSEALED",
    "YEARS",
    "AboutChild",
    "Activity",
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
    "MatterOutcome",
    "MessageId",
    "Officer",
    "PartyCode",
    "Reason",
    "Role",
    "Sealed",
    "Sex",
    "Stage",
    "Suspect",
    "Value",
    "utc",
]
