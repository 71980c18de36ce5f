"""Who a child is: the one record with a name in it, as it lies inside a sealed box and nowhere else."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Final, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from services.intake.nik import Warned, is_nik, warnings
from shared.contracts.model import Sex

MAX_BYTES: Final = 4096
"""Of one identity as JSON."""


class NotAnIdentity(ValueError):
    """What was told is none; `where` names the fields that are wrong, never what stood in them."""

    def __init__(self, *where: str) -> None:
        super().__init__(f"not an identity: {', '.join(where)}")
        self.where = where


def _tidy(text: object) -> object:
    return " ".join(unicodedata.normalize("NFC", text).split()) if isinstance(text, str) else text


Line = Annotated[
    str, BeforeValidator(_tidy), StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
]
"""One line of text, without control characters."""


class Identity(BaseModel):
    """Any of it may be unknown, but not all: a foundling or a runaway has no name to tell (R100)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)

    name: Line | None = None
    alias: Line | None = None
    """What the child is called."""
    nik: Line | None = None
    """As told, also where it has not the form of one: a slip of the pen must not keep a child out (R99, R100)."""
    birth_date: date | None = None
    birth_place: Line | None = None
    sex: Sex = "unknown"
    address: Line | None = None
    guardian: Line | None = None
    phone: Line | None = None
    """Of the guardian or the child; who may answer it, and when, is not known here (R158)."""

    @model_validator(mode="after")
    def _tells_something(self) -> Self:
        if not self.model_dump(exclude_defaults=True):
            raise ValueError("tells nothing")
        return self

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """Where the NIK differs from the rest (R99)."""
        return tuple(warnings(self.nik, self.birth_date, self.sex)) if self.nik else ()

    @property
    def fields(self) -> dict[str, str]:
        """Each field that is known, as text."""
        return {name: str(value) for name, value in self.model_dump(mode="json", exclude_defaults=True).items()}

    @property
    def marks(self) -> dict[str, str]:
        """By what two cases may be found to be of one child: the NIK, and the name with the birth date."""
        named = f"{_spelt(self.name)}|{self.birth_date}" if self.name and self.birth_date else None
        nik = self.nik if self.nik and is_nik(self.nik) else None
        return {kind: text for kind, text in (("nik", nik), ("name-and-birth", named)) if text}


def read(data: bytes) -> Identity:
    """Return the identity in JSON; raises `NotAnIdentity` for anything else."""
    if len(data) > MAX_BYTES:
        raise NotAnIdentity("(too large)")
    try:
        return Identity.model_validate_json(data, strict=True)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        raise NotAnIdentity(*sorted({_field(detail) for detail in details})) from None


def _field(detail: ErrorDetails) -> str:
    """Return which field is wrong; the name of one that we do not know is the sender's own text, and left out."""
    if detail["type"] == "extra_forbidden":
        return "(unknown field)"
    return str(detail["loc"][0]) if detail["loc"] else "(whole)"


def _spelt(name: str) -> str:
    """Return a name without case, accents and signs, so that two ways to write it are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"[^\W\d_]+", "".join(c for c in plain if not unicodedata.combining(c))))
