"""The vault of children's names: identity comes in sealed, is opened here alone, and lies under a key of its case."""

import hmac
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.intake import box, store
from services.intake.identity import Identity, NotAnIdentity, read
from services.intake.keyring import Keyring, KeyringError
from shared.contracts.commands import AddIdentity, ReportChild
from shared.contracts.directory.codes import RefusalCode
from shared.contracts.message import Message
from shared.contracts.model import Command, Sealed
from shared.runtime.books import Connection

NONCE: Final = 12
"""Bytes of a nonce: 96 random bits, fresh for each sealing."""

_PADDING: Final = 64
_KEY: Final = b"senandung/vault/key/v1"
_FIELD: Final = b"senandung/vault/field/v1"
_MARK: Final = b"senandung/vault/mark/v1"


class VaultError(ValueError):
    """A row of the vault does not open: another key, another case or field, or damaged."""


class Told(NamedTuple):
    """An identity that a command told of a case."""

    subject: UUID
    agency: str
    statement: str
    identity: Identity


class Vault:
    """Identity at rest. Holds the keys, so that nothing else must."""

    def __init__(self, keyring: Keyring) -> None:
        self._keys = keyring

    def readable(self, command: Command) -> RefusalCode | None:
        """Tell why a command cannot be taken: it brings an identity that does not open, or is none (R99)."""
        try:
            for sealed in _sealed(command):
                self._opened(sealed)
        except (box.NotOpened, NotAnIdentity):
            return "identity-not-readable"
        return None

    async def check(self, sql: Connection) -> None:
        """Raise `KeyringError` where the database holds what the keyring cannot open."""
        wrapping, marking = await store.kids(sql)
        if missing := sorted(wrapping - set(self._keys.wrapping)) or sorted(marking - {self._keys.marking[0]}):
            raise KeyringError(
                f"the vault has rows under the key {missing[0]!r}, which the keyring has not; restore it"
            )

    async def keep(self, connection: Connection, accepted: Sequence[tuple[Message, UUID]]) -> None:
        """Keep every identity that commands told, in the transaction of the turn that accepted them."""
        told = [each for message, subject in accepted for each in self._told(message, subject)]
        if not told:
            return
        keys = await self._case_keys(connection, {each.subject for each in told})
        statements = [store.StatementRow(t.subject, t.agency, t.statement, t.identity.warnings) for t in told]
        fields = [field for each in told for field in _fields(each, keys[each.subject])]
        await store.keep_statements(connection, statements, fields)
        if marks := [mark for each in told for mark in self._marks(each)]:
            await store.keep_marks(connection, marks)

    async def open(self, sql: Connection, subject: UUID) -> Mapping[str, str]:
        """Return what is known of who the child of a case is, the latest of each field; raises `VaultError`."""
        row = (await store.case_keys(sql, [subject])).get(subject)
        if row is None:
            return {}
        key = self._unwrapped(row)
        return {field: open_field(key, subject, field, sealed) for field, sealed in await store.fields(sql, subject)}

    def _told(self, message: Message, subject: UUID) -> Iterator[Told]:
        match message.body:
            case ReportChild(children=children):
                sealed = children[message.index].identity
            case AddIdentity(identity=sealed):
                pass
            case _:
                sealed = None
        if sealed is not None:
            yield Told(subject, message.caller.agency, message.id, self._opened(sealed))

    def _opened(self, sealed: Sealed) -> Identity:
        private_key = self._keys.identity.get(sealed.kid)
        if private_key is None:
            raise box.NotOpened("a key that the keyring has not")
        return read(box.unseal(sealed, private_key))

    async def _case_keys(self, sql: Connection, subjects: set[UUID]) -> Mapping[UUID, bytes]:
        """Return the key of each case, made where it had none: the turn has locked the cases."""
        there = await store.case_keys(sql, subjects)
        made = {subject: AESGCM.generate_key(256) for subject in subjects - there.keys()}
        await store.keep_keys(sql, [self._wrapped(subject, key) for subject, key in made.items()])
        return {subject: self._unwrapped(row) for subject, row in there.items()} | made

    def _wrapped(self, subject: UUID, key: bytes) -> store.KeyRow:
        kid, wrapping = self._keys.wraps
        return store.KeyRow(subject, kid, _sealed_with(wrapping, key, _bound(_KEY, kid, subject)))

    def _unwrapped(self, row: store.KeyRow) -> bytes:
        wrapping = self._keys.wrapping.get(row.kid)
        if wrapping is None:
            raise VaultError(f"wrapped under {row.kid!r}, which the keyring has not")
        return _opened_with(wrapping, row.wrapped, _bound(_KEY, row.kid, row.subject))

    def _marks(self, told: Told) -> Iterator[store.MarkRow]:
        kid, key = self._keys.marking
        for kind, text in told.identity.marks.items():
            mark = hmac.digest(key, b"|".join((_MARK, kind.encode(), text.encode())), "sha256")
            yield store.MarkRow(told.subject, kind, kid, mark)


def seal_field(key: bytes, subject: UUID, field: str, text: str) -> bytes:
    """Seal a field under the key of its case, bound to case and field; padded, so that lengths tell little."""
    data = json.dumps(text).encode()
    return _sealed_with(key, data + b" " * (-len(data) % _PADDING), _bound(_FIELD, field, subject))


def open_field(key: bytes, subject: UUID, field: str, sealed: bytes) -> str:
    """Return what `seal_field` closed; raises `VaultError`."""
    return str(json.loads(_opened_with(key, sealed, _bound(_FIELD, field, subject))))


def _fields(told: Told, key: bytes) -> Iterator[store.FieldRow]:
    subject, agency, statement, identity = told
    for field, text in identity.fields.items():
        yield store.FieldRow(subject, agency, statement, field, seal_field(key, subject, field, text))


def _sealed(command: Command) -> Iterable[Sealed]:
    match command:
        case ReportChild(children=children):
            return [child.identity for child in children if child.identity is not None]
        case AddIdentity(identity=identity):
            return [identity]
        case _:
            return []


def _bound(purpose: bytes, name: str, subject: UUID) -> bytes:
    return b"|".join((purpose, name.encode(), subject.bytes))


def _sealed_with(key: bytes, data: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def _opened_with(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
    except (ValueError, InvalidTag):
        raise VaultError("another key, case or field, or damaged") from None
