"""Notices that were processed, and reminders of answers that are due."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.notifications.domain.delivery import NoticeRow, Remind
from services.notifications.policy import reminders
from shared.contracts.commands import ConfirmProcessed
from shared.contracts.directory.codes import PartyCode
from shared.contracts.directory.table import DirectoryError
from shared.contracts.message import Refusal
from shared.contracts.outcomes import NoticeProcessed, Reminder, ReminderSent
from shared.contracts.referrals import ReferralExpired, ReferralReceived, ReferralWithdrawn
from tests.harness import NIGHT
from tests.notifications.city import PARTIES, PROFILES, Post, id_of

HOUR = timedelta(hours=1)


def confirm(city: Post, agency: str, notice: str) -> Post:
    city.takes(ConfirmProcessed(occurred_at=NIGHT, notice=notice), agency)
    return city


def notices(city: Post, party: str) -> list[NoticeRow]:
    return [row for row in city.rows(NoticeRow) if row.party == party]


def test_the_party_of_a_notice_may_say_that_it_has_processed_it() -> None:
    city = Post().referred("dinkes")
    notice = notices(city, "dinkes")[0]

    confirm(city, "dinkes", notice.id)

    assert city.last(NoticeProcessed) == NoticeProcessed(occurred_at=NIGHT, agency="dinkes", notice=notice.id)
    assert notices(city, "dinkes")[0] == notice._replace(processed_at=NIGHT)
    assert city.last_data("dinkes")["command_type"] == "confirm-processed"


def test_another_agencys_notice_is_not_ones_own_to_confirm() -> None:
    city = Post().referred("dinkes").referred("bnnk")

    confirm(city, "bnnk", notices(city, "dinkes")[0].id)

    assert city.refusal == Refusal("unknown-notice", ("receiver",))


@pytest.mark.parametrize("agency", ["dinkes", "nobody"])
def test_a_notice_that_was_never_sent_cannot_be_confirmed(agency: str) -> None:
    city = confirm(Post().referred("dinkes"), agency, "pemberitahuan-rekaan")

    assert city.refusal == Refusal("unknown-notice", ("receiver",))


def test_a_notice_is_processed_once() -> None:
    city = Post().referred("dinkes")
    notice = notices(city, "dinkes")[0].id

    confirm(confirm(city, "dinkes", notice), "dinkes", notice)

    assert city.refusal == Refusal("already-processed", ("receiver",))
    assert len(city.all(NoticeProcessed)) == 1


def test_confirming_an_outcome_is_not_answered_for_that_would_never_end() -> None:
    city = Post().referred("dinkes")
    confirm(city, "dinkes", notices(city, "dinkes")[0].id)
    outcome = notices(city, "dinkes")[1]

    confirm(city, "dinkes", outcome.id)

    assert outcome.type == "command-accepted"
    assert len(city.all(NoticeProcessed)) == 2
    assert city.types("dinkes") == ["referred", "command-accepted"]


def test_the_party_asked_is_reminded_when_half_and_when_four_fifths_of_its_time_have_passed() -> None:
    """R145, R146: the fractions are data; here of ten hours."""
    city = Post().referred("dinkes")
    asked, answer_by = city.now, city.told[0].answer_by  # type: ignore[attr-defined]  # it is a referral

    city.waits(20 * HOUR)

    sent = [fact.occurred_at for fact in city.all(ReminderSent)]
    assert sent == [asked + fraction * (answer_by - asked) for fraction in (0.5, 0.8)]
    assert city.types("dinkes") == ["referred", "reminder", "reminder", "due-today"]
    assert city.all(Reminder)[0].model_dump(exclude={"occurred_at"}) == {
        "referral": id_of("dinkes"), "answer_by": answer_by,
    }  # fmt: skip
    assert {say.alias for say in city.mail("dinkes")} == {id_of("dinkes")}


def test_that_a_referral_was_received_is_no_answer() -> None:
    city = Post().referred("dinkes")
    city.tells(ReferralReceived(occurred_at=NIGHT, referral=id_of("dinkes"), agency="dinkes")).waits(20 * HOUR)

    assert len(city.all(Reminder)) == 2


def test_nobody_is_reminded_of_what_was_answered_withdrawn_or_has_expired() -> None:
    fields = {"occurred_at": NIGHT, "referral": id_of("dinkes"), "agency": "dinkes"}
    expired = ReferralExpired(answer_by=NIGHT + HOUR, **fields)  # type: ignore[arg-type]  # fields of three types
    withdrawn = ReferralWithdrawn(reason="need-met", **fields)  # type: ignore[arg-type]  # the same
    for ended in (
        Post().referred("dinkes").accepted("dinkes"),
        Post().referred("dinkes").declined("dinkes"),
        Post().referred("dinkes").tells(expired),
        Post().referred("dinkes").tells(withdrawn),
    ):
        assert ended.domain.deadlines(ended.state) == {}
        assert ended.waits(20 * HOUR).all(Reminder) == []


def test_after_the_answer_was_due_there_is_no_reminder_left() -> None:
    city = Post().referred("dinkes").waits(48 * HOUR)

    assert city.domain.deadlines(city.state) == {}


def test_a_late_reminder_makes_up_for_no_earlier_one() -> None:
    """Notifications was away for nine hours: one reminder, not two at once."""
    city = Post().referred("dinkes")
    city.now += 9 * HOUR

    city.waits(HOUR)

    assert len(city.all(Reminder)) == 1


def test_a_referral_that_a_held_bed_answers_reminds_nobody() -> None:
    city = Post().referred("dinsos", "shelter-rpsa", house_kind="rpsa").waits(20 * HOUR)

    assert city.all(Reminder) == []


@pytest.mark.parametrize("party", [p for p, f in PARTIES.items() if not PROFILES.see(f, "own", "reminder")])
def test_whoever_is_not_told_of_referrals_is_not_reminded_of_them(party: PartyCode) -> None:
    city = Post().referred(party)

    assert city.domain.deadlines(city.state) == {}


def test_two_referrals_are_reminded_of_each_in_its_time() -> None:
    city = Post().referred("dinkes").referred("bnnk", answer_by=NIGHT + 2 * HOUR).waits(90 * timedelta(minutes=1))

    assert [fact.agency for fact in city.all(ReminderSent)] == ["bnnk"]
    assert Remind(id_of("bnnk"), 2) in city.domain.deadlines(city.state)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("2,80", "2,50", "out of order"), ("2,80", "2,100", "out of order"), ("2,80", "3,80", "do not count 1, 2, 3"),
     ("1,50", "1,half", "not a whole number")],
)  # fmt: skip
def test_reminders_that_cannot_be_used_are_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    text = Path("services/notifications/policy/reminders.csv").read_text()
    (tmp_path / "reminders.csv").write_text(text.replace(old, new))

    with pytest.raises(DirectoryError, match=says):
        reminders(tmp_path)
