"""The bugs, where each was seen, and what shows that it is not ours; or with which feature it can come to us."""

from typing import Final, NamedTuple


class Bug(NamedTuple):
    """`seen` is the public id of a report or a change; `test` a node id, empty where `comes_with` says with what."""

    name: str
    seen: str
    test: str
    comes_with: str = ""


_REFERRALS: Final = "tests/field/test_referrals.py::test_"
_ACCESS: Final = "tests/field/test_access.py::test_"
_EVENTS: Final = "tests/field/test_events.py::test_"

BUGS: Final = (
    Bug("double accept", "primeroIMS/primero R2-1279",
        f"{_REFERRALS}double_accept_is_told_that_the_referral_was_accepted_and_nothing_more_is_said"),
    Bug("double click", "opencrvs/opencrvs-core#7477",
        f"{_EVENTS}double_click_makes_one_acceptance_though_two_replicas_have_it_at_the_same_moment"),
    Bug("accept after revoke", "primeroIMS/primero R2-1279",
        f"{_REFERRALS}accept_after_revoke_is_refused_and_the_referral_stays_withdrawn"),
    Bug("done before accept", "primeroIMS/primero R2-1380",
        f"{_REFERRALS}done_before_accept_is_refused_and_the_referral_is_still_to_be_answered"),
    Bug("event when transaction rolled back", "headsnet/domain-events-bundle#27",
        f"{_EVENTS}event_when_transaction_rolled_back_is_neither_kept_nor_published"),
    Bug("terminal event before its cause", "ministryofjustice/hmpps-interventions-service#2020",
        "tests/runtime/test_turns.py::test_a_fact_waits_for_what_its_speaker_had_heard_in_another_stream"),
    Bug("event for ineligible transition", "ministryofjustice/hmpps-interventions-service#2041",
        f"{_REFERRALS}event_for_ineligible_transition_is_never_said"),
    Bug("stale dashboard after event", "prooph/proophessor-do#28",
        f"{_EVENTS}stale_dashboard_after_event_is_seen_by_nobody_at_any_moment"),
    Bug("referral changed through another case's id", "primeroIMS/primero 462adabc13",
        f"{_REFERRALS}referral_changed_through_another_case_s_id_is_unknown_there_and_changes_nothing"),
    Bug("disabled receiver still holding access", "primeroIMS/primero R2-3526",
        f"{_ACCESS}disabled_receiver_still_holding_access_is_told_nothing_from_the_day_it_is_in_the_directory_no_more"),
    Bug('field leak through "default forms" in an export', "primeroIMS/primero R2-3263",
        "tests/notifications/test_laws.py"
        "::test_every_notice_is_justified_by_a_row_and_every_row_that_applies_gave_one"),
    Bug("retried old update overwriting newer", "paypal/mirakl-hyperwallet-connector#35",
        f"{_EVENTS}retried_old_update_overwriting_newer_is_known_and_overwrites_nothing"),
    Bug("cursor skips rows changed during the run", "kamu-data/kamu-cli#1398",
        f"{_EVENTS}cursor_skips_rows_changed_during_the_run_never_for_the_outbox_is_a_queue"),
    Bug("truncated id collides", "koala73/worldmonitor#7210",
        f"{_EVENTS}truncated_id_collides_with_no_other_for_it_is_kept_whole"),
    Bug("one bad subscriber stops the rest", "AxonIQ/AxonFramework#4883",
        "tests/runtime/test_poison.py"
        "::test_a_poisoned_fact_waits_with_what_follows_it_and_all_other_children_go_on"),
    Bug("audit lost when queue is busy", "redpanda-data/redpanda#26643", "",
        "the ledger of who looked at what, written in the turn that shows it"),
    Bug("PII scrub fails open", "elizaOS/eliza#22455",
        f"{_ACCESS}pii_scrub_fails_open_nowhere_for_what_cannot_be_read_as_a_code_is_not_told"),
    Bug("table of processed ids grows forever", "eventuate-tram/eventuate-tram-core#46",
        f"{_EVENTS}table_of_processed_ids_grows_forever_no_for_what_was_answered_long_ago_is_forgotten"),
    Bug("successful work marked crashed on restart", "OpenFn/lightning#2943",
        "tests/runtime/test_contention.py::test_a_command_whose_commit_was_not_acknowledged_has_one_outcome"),
    Bug("first commit after a failure hides the failed message", "oleksiyk/kafka#127",
        f"{_EVENTS}first_commit_after_a_failure_hides_the_failed_message_from_nobody"),
    Bug("rebalance in mid-batch", "faust-streaming/faust#502",
        "tests/runtime/test_contention.py"
        "::test_an_owner_that_does_not_know_that_it_is_one_no_more_changes_nothing"),
    Bug("confirmation that never arrives", "nextgenhealthcare/connect#1314",
        "tests/routing/test_answering.py::test_a_silent_agency_s_referral_expires_and_the_coordinator_is_told"),
    Bug("append-only table that grants DELETE", "torkiv-labs/Nexuq#310",
        f"{_ACCESS}append_only_table_that_grants_delete_is_not_there_for_a_service_s_own_role"),
    Bug("DLQ, snapshot and read-model copies surviving an erasure", "PicPeak/picpeak#1593", "",
        "erasure of a child by destroying its keys"),
)  # fmt: skip
