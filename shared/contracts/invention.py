"""Invents data that fit a schema: the same seed gives the same data, and nobody in them lives."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from uuid import UUID

from shared.contracts.schema import Schema

WITA: Final = timezone(timedelta(hours=8))
NIGHT: Final = datetime(2026, 11, 2, 22, 0, tzinfo=WITA)
"""When the invented things begin."""

KID: Final = "k-invented"
KEY: Final = bytes(range(32))
"""The published key of the examples: whoever reads them can open what is sealed in them."""

_WORDS: Final = {
    "act": "offer-handover",
    "cause": "child-identified",
    "cause_type": "referred",
    "command_type": "accept-referral",
    "consumer": "routing",
    "house": "rpsa",
    "kind": "referral",
    "row": "r-12",
    "still_open": "referrals",
    "stream": "cases",
    "table": "policy",
    "version": "2026-1",
    "who_could": "dinsos",
}
_AREAS: Final = ("64.71.02.1003", "64.71.03.1005", "64.71.05.1009", "64.71.05.1010")
_CHILDREN: Final = (
    {"age_years": 2, "sex": "female", "found_area": "64.71.02.1003", "category": "ABT", "national_code": "ABT"},
    {"age_years": 11, "sex": "male", "found_area": "64.71.05.1010", "home_area": "64.72", "category": "AT"},
    {"age_years": 15, "sex": "male", "found_area": "64.71.03.1005", "category": "ABH", "role": "offender"},
    {"age_years": 13, "sex": "female", "found_area": "64.71.05.1009", "category": "AKTK", "role": "victim"},
)
_CUSTODIANS: Final = (
    {"kind": "agency", "party": "satpol-pp"},
    {"kind": "agency", "party": "dinsos"},
    {"kind": "house", "house": "rpsa"},
    {"kind": "community", "party": "papb"},
    {"kind": "escort", "party": "dinsos"},
    {"kind": "family"},
)


class Inventor:
    """Makes values for one message, one after another, from a seed."""

    def __init__(self, seed: str, schema: Schema) -> None:
        self.random = random.Random(seed)  # noqa: S311  # invented data must come out the same each time
        self.schema = schema
        self.begin = NIGHT + timedelta(minutes=self.random.randrange(600))

    def data(self, *, full: bool) -> dict[str, Any]:
        """A message's data; `full` with every optional field."""
        data: dict[str, Any] = self.value(self.schema, "", full=full)
        return data

    def value(self, node: Schema, name: str, *, full: bool) -> Any:
        """A value that fits a schema; `name` is its field's."""
        if "$ref" in node:
            part = node["$ref"].rpartition("/")[2]
            known = _PARTS.get(part)
            return known(self) if known else self.value(self.schema["$defs"][part], name, full=full)
        if "anyOf" in node:
            return self.value(node["anyOf"][0], name, full=full)
        if "enum" in node:
            return self.random.choice(node["enum"])
        return _KINDS[node["type"]](self, node, name, full=full)

    def uuid(self) -> str:
        """A random UUID."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def uuid7(self, moment: datetime) -> str:
        """A UUID that sorts by time, as ids of messages do."""
        stamp = int(moment.timestamp() * 1000) << 80
        return str(
            UUID(int=stamp | 0x7 << 76 | self.random.getrandbits(12) << 64 | 0b10 << 62 | self.random.getrandbits(62))
        )

    def box(self, length: int) -> str:
        """What sealed bytes look like."""
        return urlsafe_b64encode(self.random.randbytes(length)).rstrip(b"=").decode()


def _object(inventor: Inventor, node: Schema, _: str, *, full: bool) -> dict[str, Any]:
    must = node.get("required", ())
    fields = node["properties"].items()
    return {name: inventor.value(about, name, full=full) for name, about in fields if full or name in must}


def _array(inventor: Inventor, node: Schema, name: str, *, full: bool) -> list[Any]:
    count = max(2 if full else 1, node.get("minItems", 0))
    return [inventor.value(node["items"], name, full=full) for _ in range(count)]


def _integer(inventor: Inventor, node: Schema, _: str, *, full: bool) -> int:
    del full
    low = node.get("minimum", 1)
    return inventor.random.randint(low, min(node.get("maximum", low + 4), low + 4))


def _boolean(inventor: Inventor, node: Schema, name: str, *, full: bool) -> bool:
    del node, name, full
    return inventor.random.random() < 0.5


def _string(inventor: Inventor, node: Schema, name: str, *, full: bool) -> str:
    del full
    match node:
        case {"format": "uuid"}:
            return inventor.uuid()
        case {"format": "date-time"}:
            later = 0 if name == "occurred_at" else inventor.random.randrange(30, 1440)
            return (inventor.begin + timedelta(minutes=later)).isoformat()
        case {"pattern": pattern}:
            return _PATTERNS[pattern](inventor, name)
    return inventor.uuid7(inventor.begin)


_KINDS: Final[Mapping[str, Callable[..., Any]]] = {
    "object": _object,
    "array": _array,
    "integer": _integer,
    "boolean": _boolean,
    "string": _string,
}
_PARTS: Final[Mapping[str, Callable[[Inventor], Any]]] = {
    "AboutChild": lambda inventor: dict(inventor.random.choice(_CHILDREN)),
    "Custodian": lambda inventor: dict(inventor.random.choice(_CUSTODIANS)),
    "Sealed": lambda inventor: {"kid": "intake-2026-1", "box": inventor.box(180)},
}
_PATTERNS: Final[Mapping[str, Callable[[Inventor, str], str]]] = {
    r"^[a-z0-9][a-z0-9._/-]{0,63}$": lambda _, name: _WORDS.get(name, "sample"),
    r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$": lambda inventor, _: inventor.random.choice(_AREAS),
    r"^[a-z0-9-]{1,40}$": lambda inventor, _: f"petugas-{inventor.random.randrange(10, 100)}",
    r"^[A-Za-z0-9._-]{1,64}$": lambda _, __: KID,
    r"^[A-Za-z0-9_-]{43}$": lambda _, __: urlsafe_b64encode(KEY).rstrip(b"=").decode(),
    r"^[A-Za-z0-9_-]{1,8192}$": lambda inventor, _: inventor.box(180),
    r"^[0-9a-f]{64}$": lambda inventor, _: inventor.random.randbytes(32).hex(),
    r"^[A-Za-z0-9._-]{1,249}$": lambda _, __: "agency.dinkes.out",
}
