"""Invented people, and an identity as its sender seals it. Their NIK are of a kecamatan that does not exist (99)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from services.intake import box
from services.intake.keyring import Keyring, fresh, load
from shared.contracts.commands import AddIdentity, ReportChild, ReportedChild
from shared.contracts.message import Caller, Message
from shared.contracts.model import Sealed
from tests.harness import CASE, NIGHT
from tests.intake.city import told

SITI: Final = {
    "name": "Siti Uji Cobawati",
    "nik": "6471994107129001",
    "birth_date": "2012-07-01",
    "sex": "female",
    "address": "Jalan Rekaan Nomor 9, Gang Andaian",
    "guardian": "Ibu Contoh Teladani",
}
BIMA: Final = {"name": "Bima Percontohan", "nik": "6471991503159002", "birth_date": "2015-03-15", "sex": "male"}


def a_keyring(folder: Path, suffix: str = "2026") -> Keyring:
    """A keyring of its own, read as intake reads it."""
    path = folder / f"keyring-{suffix}.json"
    path.write_text(fresh(suffix))
    return load(path)


def sealed(keyring: Keyring, identity: Mapping[str, object]) -> Sealed:
    """An identity, sealed to intake's key by whoever sends it."""
    return box.seal(msgspec.json.encode(identity), *keyring.seals)


def added(
    identity: Sealed, subject: UUID = CASE, by: str = "dinsos", statement: str = "statement-1"
) -> tuple[Message, UUID]:
    """A command that told an identity of a case and took effect."""
    return _accepted(told(AddIdentity, identity=identity), subject, by, statement)


def reported(
    *identities: Sealed | None, subjects: tuple[UUID, ...], by: str = "satpol-pp"
) -> list[tuple[Message, UUID]]:
    """A report that took effect, as the engine tells of it: once for each child."""
    children = tuple(ReportedChild(identity=identity) for identity in identities)
    report = told(ReportChild, source="raid", children=children)
    return [_accepted(report, subject, by, "report-1", index) for index, subject in enumerate(subjects)]


def _accepted(
    body: AddIdentity | ReportChild, subject: UUID, by: str, statement: str, index: int = 0
) -> tuple[Message, UUID]:
    caller = Caller(by, "system", "system")
    return Message(body=body, subject=subject, id=statement, time=NIGHT, caller=caller, index=index), subject
