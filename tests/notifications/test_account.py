"""The account: what reached each party, what was withheld, and by which row of the table."""

from collections import Counter, defaultdict

from services.notifications.domain.account import Account, Withheld, accounts
from services.notifications.domain.delivery import NoticeRow
from services.notifications.domain.state import FactRow
from tests.notifications.city import PARTIES, PROFILES, Post


def account_of(city: Post) -> dict[str, Account]:
    reached: dict[str, Counter[str]] = defaultdict(Counter)
    for row in city.rows(NoticeRow):
        reached[row.party][row.type] += 1
    heard = Counter(row.type for row in city.rows(FactRow))
    return {one.party: one for one in accounts(PROFILES, PARTIES, heard, reached)}


def row(type_: str, field: str) -> str:
    return PROFILES.rows[type_, field].id


def test_there_is_an_account_for_all_19_agencies_and_4_communities() -> None:
    accounts_ = account_of(Post().identified())

    assert len(accounts_) == 23
    assert set(accounts_) == set(PARTIES)


def test_what_reached_a_party_is_what_lies_in_its_mailbox() -> None:
    city = Post().identified("polresta").referred("dinkes").hearing().admitted()

    assert {party: dict(one.reached) for party, one in account_of(city).items() if one.reached} == {
        party: dict(Counter(types)) for party, types in city.mailboxes().items()
    }


def test_a_notice_that_was_not_sent_names_the_row_that_withheld_it() -> None:
    account = account_of(Post().identified().hearing().admitted())["dinkes"]

    assert account.reached == {}
    assert set(account.withheld) == {
        Withheld("child-identified", "*", row("child-identified", "*"), 1),
        Withheld("hearing-scheduled", "*", row("hearing-scheduled", "*"), 1),
        Withheld("admitted-to-rpsa", "*", row("admitted-to-rpsa", "*"), 1),
    }


def test_a_field_that_was_cut_out_names_the_row_that_withheld_it() -> None:
    account = account_of(Post().referred("dinkes").referred("kemenag"))["kemenag"]

    withheld = {(one.field, one.row, one.times) for one in account.withheld}
    assert ("about_child.category", row("referred", "about_child.category"), 1) in withheld
    assert ("*", row("referred", "*"), 1) in withheld, "the other agency's referral"
    assert not {field for field, _, _ in withheld} & {"referral", "service", "about_child.sex"}


def test_nothing_is_both_told_and_withheld_and_nothing_is_neither() -> None:
    city = Post().identified("polresta").owned().referred("dinkes").hearing().held().closed()
    heard = Counter(row.type for row in city.rows(FactRow))

    for account in account_of(city).values():
        for type_, times in heard.items():
            silent = sum(one.times for one in account.withheld if (one.type, one.field) == (type_, "*"))
            assert silent + account.reached.get(type_, 0) == times
        named = [one for one in account.withheld if one.field != "*"]
        assert {one.type for one in named} <= set(account.reached)


def test_the_coordinator_is_told_everything() -> None:
    account = account_of(Post().identified("polresta").owned().referred("dinkes").admitted().closed())["dinsos"]

    assert account.withheld == ()
