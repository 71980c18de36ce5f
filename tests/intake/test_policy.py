"""The rota and the limits, as data that counsel can read: whole, or refused with file, line and remedy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from services.intake.policy import Policy
from shared.contracts.casework import Step
from shared.contracts.directory.codes import Risk
from shared.contracts.directory.table import DirectoryError
from tests.intake.city import POLICY

DATA = Path("services/intake/policy")


@pytest.mark.parametrize(("moment", "role"), [
    (datetime(2026, 11, 1, 23, 29, tzinfo=UTC), "coordinator"),  # Monday 07:29 WITA
    (datetime(2026, 11, 1, 23, 30, tzinfo=UTC), "intake"),
    (datetime(2026, 11, 2, 7, 59, tzinfo=UTC), "intake"),
    (datetime(2026, 11, 2, 8, 0, tzinfo=UTC), "coordinator"),
    (datetime(2026, 11, 6, 4, 0, tzinfo=UTC), "coordinator"),  # Friday noon
    (datetime(2026, 11, 7, 2, 0, tzinfo=UTC), "coordinator"),  # Saturday
])  # fmt: skip
def test_the_rota_goes_by_the_clock_of_the_city(moment: datetime, role: str) -> None:
    assert POLICY.on_duty(moment).role == role


@pytest.mark.parametrize(("step", "risk", "hours"), [
    ("assess", "high", 24), ("assess", "medium", 72), ("assess", "low", 7 * 24), ("plan", "low", 14 * 24),
    ("assess", None, 72),
])  # fmt: skip
def test_the_limits_are_those_of_field_practice(step: Step, risk: Risk | None, hours: int) -> None:
    """R122; a child at an unknown risk is treated as at medium."""
    since = datetime(2026, 11, 2, tzinfo=UTC)

    assert POLICY.due(step, risk, since) - since == timedelta(hours=hours)


def test_every_step_has_a_limit_at_every_risk() -> None:
    assert len(POLICY.hours) == len(get_args(Step)) * len(get_args(Risk))


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("duty.csv", "00:00,24:00", "00:00,23:59", "nobody is on duty"),
    ("duty.csv", "07:30,11:30", "11:30,07:30", "covers no time"),
    ("duty.csv", "07:30,11:30", "half past,11:30", "is no time of day"),
    ("duty.csv", "fri,07:30", "fry,07:30", "days 'fry' is not known"),
    ("duty.csv", "11:30,dinsos", "11:30,koppaja", "agency 'koppaja' is not known"),
    ("limits.csv", "W-5,assess,low", "W-5,assess,medium", "assess at medium risk is there twice"),
    ("limits.csv", "W-5,assess,low,168,R122,BK-M,\n", "", "no row says how long assess at risk low"),
    ("limits.csv", "168,R122", "168,", "column rule is empty"),
])  # fmt: skip
def test_tables_that_cannot_be_used_are_refused(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    for name in ("duty.csv", "limits.csv"):
        text = (DATA / name).read_text()
        assert name != file or text.count(old) == 1
        (tmp_path / name).write_text(text.replace(old, new) if name == file else text)

    with pytest.raises(DirectoryError, match=says):
        Policy.load(tmp_path)
