"""Cutting a fact down to the fields that a reader may see: quickly, for the fact itself was checked before."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel

from shared.contracts.model import AboutChild, Fact
from shared.contracts.notices import notice_type

M = TypeVar("M", bound=BaseModel)
ABOUT = "about_child"


class Plan(NamedTuple):
    """Fields to take whole, and of others the parts to take."""

    whole: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]


@cache
def plan_of(fields: tuple[str, ...]) -> Plan:
    """Return how to cut, from paths such as `agency` or `custodian.kind`."""
    paths = [field.partition(".") for field in fields]
    heads = dict.fromkeys(head for head, dot, _ in paths if dot)
    parts = {head: tuple(rest for first, dot, rest in paths if dot and first == head) for head in heads}
    return Plan(tuple(head for head, dot, _ in paths if not dot), parts)


def cut(fact: Fact, about: AboutChild, fields: tuple[str, ...]) -> Fact:
    """Return the notice of a fact with `fields` alone; those of `about_child` in clear, as `about` has them."""
    plan = plan_of(fields)
    shown = {name: value for name in plan.whole if (value := getattr(fact, name)) is not None}
    for name, parts in plan.parts.items():
        value = about if name == ABOUT else getattr(fact, name)
        if value is not None:
            shown[name] = _part(value, parts)
    return _made(notice_type(type(fact)), shown)


def _part(value: BaseModel, names: tuple[str, ...]) -> BaseModel:
    return _made(type(value), {name: found for name in names if (found := getattr(value, name)) is not None})


def _made(model: type[M], values: Mapping[str, Any]) -> M:
    """Make a model with these fields set and no others, unchecked: its values come from one that was."""
    return model.model_construct(_fields_set=set(values), **values)
