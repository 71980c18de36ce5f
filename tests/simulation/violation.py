"""How a run fails."""


class Violation(AssertionError):
    """An invariant does not hold. `invariant` is its name, the same for every run."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(invariant, detail)
        self.invariant, self.detail = invariant, detail

    def __str__(self) -> str:
        return f"{self.invariant}: {self.detail}"


def check(holds: bool, invariant: str, detail: object = "") -> None:
    """Raise `Violation` where it does not hold."""
    if not holds:
        raise Violation(invariant, str(detail)[:400])
