"""What an agency may be told of a fact: the fact's own fields, each there only where a profile shows it."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, Final

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from shared.contracts.model import AboutChild, Fact

NOTICE: Final = "notice"
"""The variant of a body that is a notice of a fact."""

ALWAYS: Final = "occurred_at"
"""The one field that every notice has."""


@cache
def notice_type(fact: type[Fact]) -> type[Fact]:
    """The notice of a fact: same name, all fields optional but `occurred_at`, and `about_child` as it was opened."""
    fields: dict[str, Any] = {
        name: (_held(name, field), Field(default=None, description=field.description))
        for name, field in fact.model_fields.items()
        if name != ALWAYS
    }
    notice = create_model(fact.__name__, __base__=Fact, __doc__=fact.__doc__, __module__=__name__, **fields)
    notice.variant = NOTICE
    return notice


def _held(name: str, field: FieldInfo) -> Any:
    held: Any = AboutChild if name == "about_child" else field.annotation
    return (Annotated[(held, *field.metadata)] if field.metadata else held) | None


def notice_of(fact: Fact, shown: Iterable[str], about: AboutChild | None = None) -> Fact:
    """The part of a fact that `shown` names, such as `agency`, `custodian.kind` or `about_child.age_years`.

    A field named without a point is shown whole; `about` is the opened `about_child`, of which nothing is shown
    unless it is named. What is not named, or is None, is not there.
    """
    opened = about.model_dump(exclude_none=True) if about else {}
    whole = fact.model_dump(exclude_none=True, exclude={"about_child"}) | {"about_child": opened}
    return notice_type(type(fact)).model_validate(_only(whole, {ALWAYS, *shown}))


def _only(whole: Mapping[str, Any], shown: set[str]) -> dict[str, Any]:
    kept = {name: value for name, value in whole.items() if name in shown}
    for name in {path.partition(".")[0] for path in shown if "." in path} & whole.keys() - kept.keys():
        inner = {path.partition(".")[2] for path in shown if path.startswith(f"{name}.")}
        if part := _only(whole[name], inner):
            kept[name] = part
    return kept
