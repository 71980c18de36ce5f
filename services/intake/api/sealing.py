"""Identity in clear, as an officer may write it by HTTP: it is sealed before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, JsonValue, create_model
from pydantic_core import to_json

from services.intake import box
from services.intake.identity import Identity, NotAnIdentity, read
from services.intake.keyring import Keyring
from shared.contracts.commands import AddIdentity, ReportChild, ReportedChild
from shared.contracts.model import Sealed
from shared.runtime.http.problems import Refused
from shared.runtime.http.rules import Transform

_Child = create_model("ReportedChildByHttp", __base__=ReportedChild, identity=(Sealed | Identity | None, None))
_Report = create_model(
    "ReportChildByHttp",
    __base__=ReportChild,
    children=(Annotated[tuple[_Child, ...], Field(min_length=1, max_length=30)], ...),
)
_Added = create_model("AddIdentityByHttp", __base__=AddIdentity, identity=(Sealed | Identity, ...))


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals what officers write in clear to intake's own key, so that no table of commands ever holds a name.

    What is sealed already, or has not the form of a command at all, is left to the command's contract.
    """

    kid: str
    public_key: bytes

    def report(self, data: JsonValue) -> JsonValue:
        """Seal the identity of each child of a report. Raises `Refused`."""
        if not isinstance(data, dict) or not isinstance(children := data.get("children"), list):
            return data
        return {**data, "children": [self._child(f"children.{n}", child) for n, child in enumerate(children)]}

    def added(self, data: JsonValue) -> JsonValue:
        """Seal an identity learnt later. Raises `Refused`."""
        return self._child("", data)

    def _child(self, where: str, child: JsonValue) -> JsonValue:
        identity = child.get("identity") if isinstance(child, dict) else None
        if not isinstance(child, dict) or not isinstance(identity, dict) or identity.keys() == {"kid", "box"}:
            return child
        return {**child, "identity": self._sealed(f"{where}.identity".lstrip("."), identity)}

    def _sealed(self, where: str, identity: dict[str, JsonValue]) -> JsonValue:
        data = to_json(identity)
        try:
            read(data)
        except NotAnIdentity as wrong:
            raise Refused("identity-not-readable", where=tuple(f"{where}.{name}" for name in wrong.where)) from None
        return box.seal(data, self.kid, self.public_key).model_dump()


def transforms(keyring: Keyring) -> Mapping[str, Transform]:
    """Return what is done to commands that may hold an identity in clear, before they are stored or handed on."""
    sealing = Sealing(*keyring.seals)
    return {
        ReportChild.type: Transform(sealing.report, _Report),
        AddIdentity.type: Transform(sealing.added, _Added),
    }
