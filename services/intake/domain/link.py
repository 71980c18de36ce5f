"""Links between cases of one child: one leads, both stay, and a link can be undone (R100, R144)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from services.intake.domain.may import ALSO_CLOSED, DINSOS, Rights
from shared.contracts.cases import SameChildLinked, SameChildUnlinked
from shared.contracts.commands import LinkSameChild, UnlinkSameChild
from shared.contracts.message import Events, Message, Refusal
from shared.contracts.transitions import NONE, Table, after, fits

if TYPE_CHECKING:
    from services.intake.domain.state import State

MAY: Rights = {LinkSameChild: ALSO_CLOSED, UnlinkSameChild: ALSO_CLOSED}

TABLE: Table = {(NONE, SameChildLinked): "linked", ("linked", SameChildUnlinked): "unlinked"}


class Link(msgspec.Struct, frozen=True):
    """That this case and `primary` are of one child."""

    primary: UUID
    status: str


Links = Mapping[UUID, Link]


class LinkRow(NamedTuple):
    """Table `links`: one row for each link ever made."""

    subject: UUID
    link: UUID
    primary_case: UUID
    status: str


def link(state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Link this case to the one that leads; neither is changed by it."""
    command = message.body
    assert isinstance(command, LinkSameChild)
    if command.primary == message.subject:
        return Refusal("not-a-possible-duplicate", (DINSOS,))
    if any(each == Link(command.primary, "linked") for each in state.cases.links.values()):
        return Refusal("already-linked", (DINSOS,))
    return [SameChildLinked(link=message.draw(), primary=command.primary, occurred_at=command.occurred_at)]


def unlink(state: "State", message: Message, _now: datetime) -> Events | Refusal:
    """Undo a link that was a mistake."""
    command = message.body
    assert isinstance(command, UnlinkSameChild)
    linked = state.cases.links.get(command.link)
    if linked is None or not fits(TABLE, linked.status, SameChildUnlinked):
        return Refusal("unknown-link", (DINSOS,))
    return [SameChildUnlinked(link=command.link, occurred_at=command.occurred_at)]


def linked(links: Links, message: Message) -> Links:
    """Evolve by `same-child-linked`."""
    fact = message.body
    assert isinstance(fact, SameChildLinked)
    return {**links, fact.link: Link(fact.primary, after(TABLE, NONE, fact))}


def unlinked(links: Links, message: Message) -> Links:
    """Evolve by `same-child-unlinked`."""
    fact = message.body
    assert isinstance(fact, SameChildUnlinked)
    was = links.get(fact.link)
    return {**links, fact.link: Link(was.primary, after(TABLE, was.status, fact))} if was else links


def rows(subject: UUID, links: Links) -> Iterator[LinkRow]:
    """Return a row for each link."""
    for id_, each in links.items():
        yield LinkRow(subject, id_, each.primary, each.status)
