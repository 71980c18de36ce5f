"""What an agency may be told of a fact: the fact's own fields, each there only where a profile shows it."""

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
