"""What a figure of the whole way is called where people read it."""

from typing import Final

_NAMES: Final = {
    "records": "records said for one report",
    "rss_mb": "memory of the largest service, MiB",
    "start_s": "notifications: seconds from start to ready",
    "away_reports": "reports while notifications was away",
    "catch_up_s": "seconds from its start until all are told",
    "catch_up_per_s": "reports a second while it catches up",
}
_KINDS: Final = {
    ("cpu", "ms"): "CPU of {}, ms for a report",
    ("rest", "ms"): "CPU of {} at rest, ms in a second",
    ("rss", "mb"): "memory of {}, MiB",
    ("alone", "ms"): "one report at a time, {} ms",
}


def label(name: str) -> str:
    """`cpu_intake_ms` -> `CPU of intake, ms for a report`."""
    kind, _, rest = name.partition("_")
    what, _, unit = rest.rpartition("_")
    if name in _NAMES:
        return _NAMES[name]
    if (kind, unit) in _KINDS:
        return _KINDS[kind, unit].format(what)
    return f"200 reports a second, {name.removesuffix('_ms')} ms"
