"""Which service decides a command: each has exactly one."""

from typing import ClassVar

from shared.contracts.model import Command


class ForIntake(Command):
    """Decided by intake."""

    decider: ClassVar[str] = "intake"


class ForRouting(Command):
    """Decided by routing."""

    decider: ClassVar[str] = "routing"


class ForShelter(Command):
    """Decided by shelter."""

    decider: ClassVar[str] = "shelter"


class ForNotifications(Command):
    """Decided by notifications."""

    decider: ClassVar[str] = "notifications"
