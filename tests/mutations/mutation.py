"""What is taken out of the code, and which test must notice."""

from hashlib import sha256
from typing import NamedTuple


class Mutation(NamedTuple):
    """`old`, which stands once in `file`, becomes `new`; then `test` must be red. `guarantee` is a heading's anchor."""

    guarantee: str
    what: str
    file: str
    old: str
    new: str
    test: str

    @property
    def key(self) -> str:
        """Names exactly this change and this test."""
        return sha256(repr((self.file, self.old, self.new, self.test)).encode()).hexdigest()[:12]

    def taken_out_of(self, text: str) -> str:
        """The file without the mechanism. Raises `LookupError` where `old` does not stand in it exactly once."""
        if (count := text.count(self.old)) != 1:
            raise LookupError(f"{self.file} has {count} times, not once:\n{self.old}")
        return text.replace(self.old, self.new)
