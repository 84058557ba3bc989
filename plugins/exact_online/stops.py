"""Why a task stops and waits for a person: the codes of stops.toml.

They are about a practice, a connection, a database or the app; what a single record has is a
`Reason`. Both are read, explained and printed by reasons.py.
"""

from __future__ import annotations

from enum import StrEnum


class Stop(StrEnum):
    """The codes of all that ends a task until a person acts; stops.toml has the same codes."""

    CONNECTION_MISSING = "connection_missing"
    CONNECTION_WITHOUT_TLS = "connection_without_tls"
    APP_INCOMPLETE = "app_incomplete"
    TOKEN_KEYS_UNUSABLE = "token_keys_unusable"  # noqa: S105 - a reason, no token
    CLIENT_AUTH_UNKNOWN = "client_auth_unknown"
    BASE_URL_NO_SERVER = "base_url_no_server"
    BASE_URL_PLAIN = "base_url_plain"
    BASE_URL_ELSEWHERE = "base_url_elsewhere"
    APP_REJECTED = "app_rejected"

    PRACTICE_NOT_REGISTERED = "practice_not_registered"
    PRACTICE_NOT_ACTIVE = "practice_not_active"
    PRACTICE_NOT_LINKED = "practice_not_linked"
    SETTINGS_MISSING = "settings_missing"
    SETTINGS_UNUSABLE = "settings_unusable"
    DIVISION_NOT_GRANTED = "division_not_granted"
    DIVISION_RENAMED = "division_renamed"
    DIVISION_TAKEN = "division_taken"
    DIVISIONS_NOT_LISTED = "divisions_not_listed"
    LINK_MISSING = "link_missing"
    LINK_OF_OTHER_APP = "link_of_other_app"
    LINK_NOT_DECRYPTED = "link_not_decrypted"
    LINK_BROKEN = "link_broken"
    CONSENT_FAILED = "consent_failed"

    SCOPE_MISSING = "scope_missing"
    ACCESS_DENIED = "access_denied"
    NOT_SERVED = "not_served"
    DAY_FULL = "day_full"
    DAY_FULL_FOR_HISTORY = "day_full_for_history"
    DAY_FULL_FOR_LATER = "day_full_for_later"
    DAY_BLOCKED = "day_blocked"
    ERROR_LIMIT = "error_limit"
    TOKEN_CALLS_FULL = "token_calls_full"  # noqa: S105 - a reason, no token
    MINUTE_FULL = "minute_full"
    NO_CALLS_NOW = "no_calls_now"
    TOKEN_DENIED = "token_denied"  # noqa: S105 - a reason, no token
    TOKEN_NOT_YET = "token_not_yet"  # noqa: S105 - a reason, no token
    ANSWER_SETTLES = "answer_settles"
    BOOKED_NOT_SHOWN = "booked_not_shown"
    LIST_NOT_UNDERSTOOD = "list_not_understood"
    LISTS_NEVER_READ = "lists_never_read"

    PERIODS_NOT_MONTHLY = "periods_not_monthly"
    YEAR_MISSING = "year_missing"
    REVENUE_ACCOUNTS_MISSING = "revenue_accounts_missing"
    PRACTICE_STOPPED = "practice_stopped"
    PRACTICE_STOPPED_AT_NUMBER = "practice_stopped_at_number"
    DEBTOR_OF_LOST_ANSWER = "debtor_of_lost_answer"
    LEDGER_OLDER_THAN_EXACT = "ledger_older_than_exact"

    JAMES_PRACTICE_UNKNOWN = "james_practice_unknown"
    JAMES_WRITABLE = "james_writable"
    JAMES_OTHERWISE = "james_otherwise"
    JAMES_NOT_READABLE = "james_not_readable"
    JAMES_KEYS_DIFFER = "james_keys_differ"
    LINES_WITHOUT_INVOICE = "lines_without_invoice"

    DAY_NOT_READABLE = "day_not_readable"
    HISTORY_AFTER_LINK_DATE = "history_after_link_date"
    BACKFILL_OF_NOTHING = "backfill_of_nothing"
    HISTORY_DAYS_OF_NOTHING = "history_days_of_nothing"
    HISTORY_ENDS_BEFORE_IT_BEGINS = "history_ends_before_it_begins"
    HISTORY_UNTIL_LINK_DATE = "history_until_link_date"
    HISTORY_NOT_KEPT = "history_not_kept"

    LEDGER_STANDBY = "ledger_standby"
    LEDGER_READ_ONLY = "ledger_read_only"
    LEDGER_NOT_DURABLE = "ledger_not_durable"
    LEDGER_WITHOUT_SCHEMA = "ledger_without_schema"
    SCHEMA_OLDER = "schema_older"
    SCHEMA_NEWER = "schema_newer"
    LEDGER_POOLED = "ledger_pooled"
    LEDGER_NOT_AT_HOME = "ledger_not_at_home"
    RETENTION_UNUSABLE = "retention_unusable"

    UNREACHABLE = "unreachable"
    EXACT_UNREACHABLE = "exact_unreachable"
    JAMES_UNREACHABLE = "james_unreachable"
    QUERY_REJECTED = "query_rejected"
    NO_ANSWER_OF_EXACT = "no_answer_of_exact"
    LEDGER_FAILED = "ledger_failed"
    JAMES_FAILED = "james_failed"
    PRACTICE_BUSY = "practice_busy"

    WORKBOOK_STORE_UNREACHABLE = "workbook_store_unreachable"
    WORKBOOK_ALTERED = "workbook_altered"

    RUN_FAILED = "run_failed"
    MAIL_NOT_SENT = "mail_not_sent"
    DECISION_NOT_POSSIBLE = "decision_not_possible"


WAITS = frozenset(
    {
        Stop.MINUTE_FULL,
        Stop.NO_CALLS_NOW,
        Stop.TOKEN_DENIED,
        Stop.TOKEN_NOT_YET,
        Stop.ANSWER_SETTLES,
        Stop.BOOKED_NOT_SHOWN,
    }
)
"""The task waits a moment and goes on by itself: it is not red, and nobody has to do anything."""
