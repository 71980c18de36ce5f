"""Categories: one case, many assertions, each proposed, confirmed or withdrawn (R10)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID, uuid5

import msgspec

from services.intake.domain.child import about, known, unfit
from services.intake.domain.may import DINSOS, PARTY, WORKER, Rights
from services.intake.domain.report import RAIDS
from shared.contracts.cases import CategoryConfirmed, CategoryProposed, CategoryWithdrawn, ChildIdentified
from shared.contracts.commands import ConfirmCategory, ProposeCategory, WithdrawCategory
from shared.contracts.directory.codes import Category, NationalCode
from shared.contracts.message import Events, Message, Refusal, Say
from shared.contracts.model import UNSEALED
from shared.contracts.transitions import NONE, Table, after, fits

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {ProposeCategory: PARTY, ConfirmCategory: WORKER, WithdrawCategory: WORKER}

TABLE: Table = {
    (NONE, ChildIdentified): "proposed",
    (NONE, CategoryProposed): "proposed",
    (NONE, CategoryConfirmed): "confirmed",
    ("proposed", CategoryConfirmed): "confirmed",
    ("proposed", CategoryWithdrawn): "withdrawn",
    ("confirmed", CategoryWithdrawn): "withdrawn",
}


class Assertion(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody's word that the child belongs to a category."""

    category: Category
    by: str
    status: str
    national: NationalCode | None = None


Assertions = Mapping[UUID, Assertion]


class CategoryRow(NamedTuple):
    """Table `categories`: one row for each assertion."""

    subject: UUID
    assertion: UUID
    category: str
    national_code: str | None
    asserted_by: str
    status: str


def reported(subject: UUID) -> UUID:
    """Return the id of the assertion that a case's report made: derived from the case's, and telling nothing of it."""
    return uuid5(subject, "reported-category")


def propose(state: "State", message: Message, _now: datetime, *, areas: frozenset[str]) -> Events | Refusal:
    """Take what a party of the case thinks; the same from the same party twice is one proposal."""
    command = message.body
    assert isinstance(command, ProposeCategory)
    told = command.about_child
    if told.category is None:
        return Refusal("malformed")
    if code := unfit(told, areas, raid=_raided(state)):
        return Refusal(code)
    if any(a.category == told.category and a.by == message.caller.agency for a in _standing(state).values()):
        return Refusal("already-proposed", ("case-owner",))
    fact = CategoryProposed(
        assertion=message.draw(), by=message.caller.party, about_child=UNSEALED, occurred_at=command.occurred_at
    )
    return [Say(fact, about=told)]


def confirm(state: "State", message: Message, _now: datetime, *, areas: frozenset[str]) -> Events | Refusal:
    """Confirm a proposal, or state a category at once; without either it is the report's that is meant."""
    command = message.body
    assert isinstance(command, ConfirmCategory)
    told = command.about_child
    if code := unfit(told, areas, raid=_raided(state)):
        return Refusal(code)
    meant = _meant(state, command, message)
    if isinstance(meant, Refusal):
        return meant
    assertion, category, national = meant
    fact = CategoryConfirmed(assertion=assertion, about_child=UNSEALED, occurred_at=command.occurred_at)
    assert state.cases.report is not None
    return [Say(fact, about=about(known(state.cases.report.child, told), category, told.national_code or national))]


def withdraw(state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Take a category back, proposed or confirmed."""
    command = message.body
    assert isinstance(command, WithdrawCategory)
    assertion = state.cases.categories.get(command.assertion)
    if assertion is None:
        return Refusal("unknown-category", ("case-owner",))
    if not fits(TABLE, assertion.status, CategoryWithdrawn):
        return Refusal("category-not-proposed", ("case-owner",))
    return [CategoryWithdrawn(assertion=command.assertion, occurred_at=command.occurred_at)]


def _meant(
    state: "State", command: ConfirmCategory, message: Message
) -> tuple[UUID, Category, NationalCode | None] | Refusal:
    """Return which assertion a command confirms, with category and national code."""
    stated = command.about_child.category
    id_ = command.assertion or _of_category(state, stated) or (None if stated else reported(message.subject))
    if id_ is None:
        assert stated is not None
        return message.draw(), stated, None
    assertion = state.cases.categories.get(id_)
    if assertion is None or stated not in {None, assertion.category}:
        return Refusal("unknown-category", ("case-owner",))
    if not fits(TABLE, assertion.status, CategoryConfirmed):
        return Refusal("category-not-proposed", ("case-owner",))
    return id_, assertion.category, assertion.national


def _of_category(state: "State", category: Category | None) -> UUID | None:
    """Return the assertion of a category that stands; one that is confirmed comes first, for it cannot be again."""
    same = [(a.status != "confirmed", id_) for id_, a in _standing(state).items() if a.category == category]
    return min(same)[1] if same else None


def _standing(state: "State") -> Assertions:
    return {id_: a for id_, a in state.cases.categories.items() if fits(TABLE, a.status, CategoryWithdrawn)}


def _raided(state: "State") -> bool:
    return state.cases.report is not None and state.cases.report.source in RAIDS


def asserted(assertions: Assertions, message: Message) -> Assertions:
    """Evolve by any fact of the table; one that names no category begins no assertion."""
    id_, by = _named(message)
    was, told = assertions.get(id_), message.about
    status = after(TABLE, was.status if was else NONE, message.body)
    if was is not None:
        now = msgspec.structs.replace(was, status=status, national=told.national_code or was.national)
    elif told.category is not None:
        now = Assertion(told.category, by, status, told.national_code)
    else:
        return assertions
    return {**assertions, id_: now}


def _named(message: Message) -> tuple[UUID, str]:
    """Return which assertion a fact is about, and whose it is."""
    match message.body:
        case CategoryProposed(assertion=id_, by=by):
            return id_, by
        case CategoryConfirmed(assertion=id_) | CategoryWithdrawn(assertion=id_):
            return id_, DINSOS
        case ChildIdentified(reported_by=by):
            return reported(message.subject), by
        case other:
            raise TypeError(type(other).__name__)


def rows(subject: UUID, assertions: Assertions) -> Iterator[CategoryRow]:
    """Return a row for each assertion."""
    for id_, each in assertions.items():
        yield CategoryRow(subject, id_, each.category, each.national, each.by, each.status)
