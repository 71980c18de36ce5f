"""Routing's pages about limits: what runs, and what cannot wait."""

from typing import Final

from shared.runtime.http.rules import Whom

MAY_SEE_CASES: Final[Whom] = frozenset({"dinsos/officer", "dinsos/intake", "dinsos/coordinator"})
"""Who works on cases sees all that was asked in them; each look at one is noted in the log (R155)."""
