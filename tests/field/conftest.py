"""The toy service of the engine's tests, on a database of its own."""

from tests.runtime.conftest import desk, dsn, intake, pool_on

__all__ = ["desk", "dsn", "intake", "pool_on"]
