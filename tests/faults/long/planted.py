"""The test of the tests: bugs that are easy to make, each of which must turn the suite red.

    python -m tests.faults.long.planted [NAME ...]

It plants each bug in a copy of the project and runs the tests that should catch it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PARTS = ("plugins", "include", "simulator", "dev", "tests", "dags", "pyproject.toml")
LOADER, LEDGER_SQL, TRANSFORM, REPORT = (
    "plugins/exact_online/load",
    "include/sql/ledger",
    "plugins/exact_online/transform",
    "plugins/exact_online/report",
)
MOST_SECONDS = 600


@dataclass(frozen=True)
class Bug:
    """One change of the source, and the tests that must notice it."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


BUGS = (
    Bug(
        "a change of an entry in Exact does not mark it",
        f"{LEDGER_SQL}/migrations/versions/0055_settled_days.sql",
        "for each row when (old.* is distinct from new.*)",
        "for each row when (old.entry_number is distinct from new.entry_number)",
        ("tests/report/test_settled_days.py", "-k", "everything_does or until_it_changes"),
    ),
    Bug(
        "a booking that lets go of its entry does not mark it",
        f"{LEDGER_SQL}/migrations/versions/0055_settled_days.sql",
        "(old.exact_id is not null and old.exact_id is distinct from new.exact_id)",
        "false",
        ("tests/report/test_settled_days.py", "-k", "lets_go_of"),
    ),
    Bug(
        "a booking that is booked does not mark its day",
        f"{LEDGER_SQL}/migrations/versions/0055_settled_days.sql",
        "    perform exact_sync.mark_days(old.practice, array[old.entry_date, new.entry_date]);\n",
        "",
        ("tests/report/test_settled_days.py", "-k", "everything_does"),
    ),
    Bug(
        "a mark that came while its record was compared is taken",
        f"{LEDGER_SQL}/settle_judged.sql",
        "on m.subject = s.subject and m.marked_by = s.marked_by",
        "on m.subject = s.subject",
        ("tests/report/test_settled_days.py", "-k", "keeps_its_mark"),
    ),
    Bug(
        "what is compared in one go lacks the credits of an invoice",
        f"{LEDGER_SQL}/judged_together.sql",
        "b.credits_key = t.source_key and b.kind <> 'debtor'",
        "b.credits_key = t.source_key and false",
        ("tests/report/test_settled_days.py", "-k", "everything_does"),
    ),
    Bug(
        "a month counts as read before its invoices are planned",
        f"{LEDGER_SQL}/stage_keep_months.sql",
        "        settled = false,\n",
        "        settled = true,\n",
        ("tests/night/test_changed_months.py", "-k", "reading_what_changed or died_before"),
    ),
    Bug(
        "what James changed while it was on its way to Exact is never looked at again",
        f"{LEDGER_SQL}/stage_keep_months.sql",
        "case when u.month is null then %(run_id)s::uuid end",
        "%(run_id)s::uuid",
        ("tests/night/test_changed_months.py", "-k", "reading_what_changed"),
    ),
    Bug(
        "a deleted invoice whose month James calls otherwise is not missed",
        f"{LEDGER_SQL}/stage_ask.sql",
        "            and booking.entry_date < m.before\n",
        "            and booking.entry_date < m.first_day\n",
        ("tests/night/test_changed_months.py", "-k", "reading_what_changed"),
    ),
    Bug(
        "a month is compared by its number of invoices alone",
        f"{LEDGER_SQL}/stage_months.sql",
        " and k.digest = n.digest",
        "",
        ("tests/night/test_changed_months.py", "-k", "reading_what_changed"),
    ),
    Bug(
        "a hook that leaves a backfill no reserve",
        "plugins/exact_online/hook.py",
        "reserve = NIGHTLY_RESERVE if backfill else 0",
        "reserve = 0",
        ("tests/api/test_hook.py", "-k", "leaves_the_night_its_reserve"),
    ),
    Bug(
        "an import of history with the client of the night",
        "plugins/exact_online/tasks/night_tasks.py",
        "night_of(night.ledger, run, backfill=True)",
        "night_of(night.ledger, run)",
        ("tests/cures/test_cures.py", "-k", "leaves_the_night_its_reserve"),
    ),
    Bug(
        "debtors leave no calls for the invoices that can be booked",
        f"{LOADER}/queue.py",
        "CHECK_CALLS + load.ledger.bookings.count_ready_entries(load.run.practice)",
        "CHECK_CALLS",
        ("tests/load/test_turns.py", "-k", "more_than_a_day"),
    ),
    Bug(
        "after a rejection the batch goes on with the next",
        f"{LOADER}/queue.py",
        "        queue.rotate(-int(len(queue) * JUMP))\n",
        "",
        ("tests/load/test_rejections_in_order.py", "-k", "come_first"),
    ),
    Bug(
        "history that is left over is sent with the night's invoices",
        f"{LEDGER_SQL}/plan_turns.sql",
        "                    else 4\n",
        "                    else 1\n",
        ("tests/load/test_history_goes_on.py", "-k", "never_goes_before"),
    ),
    Bug(
        "the name of a debtor is not looked at before his invoices are booked",
        f"{LEDGER_SQL}/hold_what_must_wait.sql",
        " or n.debtor_number is not null then",
        " then",
        ("tests/load/test_turns.py", "-k", "new_last_name"),
    ),
    Bug(
        "skip the look-up: what is doubtful is sent again at once",
        f"{LOADER}/doubt.py",
        "        return False\n    _write_down_found(",
        "        load.ledger.bookings.note_absence(booking)\n        "
        "load.ledger.bookings.release_absent(load.run, booking)\n"
        "        return True\n    _write_down_found(",
        ("tests/load/test_doubt.py", "-k", "absent_is_believed"),
    ),
    Bug(
        "confirm before the call",
        f"{LOADER}/sending.py",
        "        try:\n            outcome = ",
        "        if booking.kind is not BookingKind.DEBTOR:\n"
        '            nobodys = "00000000-0000-0000-0000-000000000000"\n'
        "            load.ledger.bookings.confirm(load.run, {booking.booking_id: nobodys})\n"
        "        try:\n            outcome = ",
        ("tests/load/test_answer_table.py", "-k", "FR-B2_"),
    ),
    Bug(
        "POST outside the lock",
        "plugins/exact_online/api/client.py",
        "        guard()\n",
        "",
        ("tests/load/test_batch.py", "-k", "between_claim_and_call"),
    ),
    Bug(
        "renew the token without reading it again under the lock",
        "plugins/exact_online/api/oauth.py",
        "                if self._age(chain) >= RENEW_FROM:\n",
        "                if True:\n",
        ("tests/api/test_oauth.py", "tests/api/test_processes.py"),
    ),
    Bug(
        "money as a float",
        f"{TRANSFORM}/entries.py",
        'amount = amount_texts(sign * lines["amount_cents"])',
        'amount = (sign * lines["amount_cents"] / 100).astype("str")',
        ("tests/transform", "tests/golden"),
    ),
    Bug(
        "round the VAT of each line instead of the invoice's",
        f"{TRANSFORM}/vat.py",
        'lines.assign(vat_cents=divide_vat(code_vat, lines["gross_cents"], lines["vat_basis_points"], code))',
        'lines.assign(vat_cents=vat_of_gross(lines["gross_cents"], lines["vat_basis_points"]))',
        ("tests/transform", "tests/golden"),
    ),
    Bug(
        "the book day is the day in UTC",
        "plugins/exact_online/book_day.py",
        ".astimezone(AMSTERDAM)",
        "",
        ("tests/test_book_day.py",),
    ),
    Bug(
        "look up a relation without the blanks of its code",
        "plugins/exact_online/api/odata.py",
        ".rjust(RELATION_CODE_WIDTH)",
        "",
        ("tests/api/test_odata.py", "tests/load/test_lost_debtors.py"),
    ),
    Bug(
        "take a rejection with words for a technical failure",
        "plugins/exact_online/api/answers.py",
        "(status >= 500 and not message)",
        "status >= 500",
        ("tests/api/test_answers.py", "tests/load/test_answer_table.py"),
    ),
    Bug(
        "take a timeout for a rejection",
        f"{LOADER}/outcome.py",
        "        return Unknown(answer.cause)",
        '        return Rejected("rejected_other", {}, answer.cause)',
        ("tests/load/test_answer_table.py", "-k", "FR-B2_"),
    ),
    Bug(
        "change the relation that bears our number",
        f"{LOADER}/debtor_parts.py",
        "    return same and str(row.get",
        "    return True or str(row.get",
        ("tests/load/test_lost_debtors.py", "-k", "while_our_answer_is_lost"),
    ),
    Bug(
        "ask for rows without an order",
        "include/sql/ledger/stage_read_invoices.sql",
        "order by",
        "order by random(),",
        ("tests/extract", "tests/transform", "tests/golden"),
    ),
    Bug(
        "extract by watermark instead of by absence",
        f"{LEDGER_SQL}/stage_choose.sql",
        "        or b.state is null\n",
        "        or (b.state is null and k.changed_at > (select coalesce(max(w.source_changed_at), "
        "'-infinity') from booking as w))\n",
        ("tests/faults/test_rows.py", "-k", "committed_late"),
    ),
    Bug(
        "leave a quote in a question as it is",
        "plugins/exact_online/api/odata.py",
        '.replace("\'", "\'\'")',
        "",
        ("tests/api/test_odata.py",),
    ),
    Bug(
        "send again after one absence",
        f"{LOADER}/doubt.py",
        "    if doubt.absent_once:\n",
        "    load.ledger.bookings.note_absence(doubt.booking)\n    if doubt:\n",
        ("tests/load/test_lost_debtors.py",),
    ),
    Bug(
        "make a contact and forget whose it is",
        f"{LOADER}/debtors.py",
        "    load.ledger.relations.keep(debtor.booking, _relation_id(debtor), contact_id=answer.exact_id)\n",
        "",
        ("tests/faults/test_crashes.py", "-k", "dies_anywhere"),
    ),
    Bug(
        "believe whatever total Exact booked",
        f"{LOADER}/entries.py",
        "_other(total, booking.total_cents), _other(number",
        "None, _other(number",
        ("tests/load/test_answer_table.py", "-k", "reads_our_amounts_otherwise"),
    ),
    Bug(
        "ask nobody about a part that was made twice",
        "plugins/exact_online/report/doubles.py",
        "if len(ids) > 1",
        "if len(ids) > 2",
        ("tests/load/test_lost_debtors.py", "-k", "is_told_once"),
    ),
    Bug(
        "send in a dry run",
        "plugins/exact_online/night/context.py",
        "self.exact.for_dry_run() if self.ledger.is_dry_run else self.exact",
        "self.exact",
        ("tests/night/test_dry_run.py", "-k", "finds_every_rejection"),
    ),
    Bug(
        "keep what a dry run wrote",
        "plugins/exact_online/ledger/session.py",
        "force_rollback=True",
        "",
        ("tests/night/test_dry_run.py", "-k", "finds_every_rejection"),
    ),
    Bug(
        "let a dry run count as a night",
        f"{LEDGER_SQL}/hold_what_must_wait.sql",
        "                and run.is_night\n",
        "",
        ("tests/night/test_dry_run.py", "-k", "no_nights"),
    ),
    Bug(
        "claim without looking who claimed before",
        f"{LEDGER_SQL}/claim_bookings.sql",
        " and b.state = 'planned'",
        "",
        ("tests/test_ledger.py",),
    ),
    Bug(
        "forget in which run a booking was confirmed",
        f"{LEDGER_SQL}/confirm_bookings.sql",
        "    moved_in_run = %(run_id)s,\n",
        "",
        ("tests/test_moves.py",),
    ),
    Bug(
        "let what Exact has be planned again",
        f"{LEDGER_SQL}/migrations/versions/0009_moves.sql",
        "('new', 'planned', ",
        "('booked', 'planned', 'It is sent again.'),\n('new', 'planned', ",
        ("tests/test_moves.py",),
    ),
    Bug(
        "write moves down without a look at what is allowed",
        f"{LEDGER_SQL}/migrations/versions/0009_moves.sql",
        "        m.run_id is null\n        or ",
        "        m.run_id is null\n        and ",
        ("tests/test_moves.py",),
    ),
    Bug(
        "leave a move in which only the reason changed out of the history",
        f"{LEDGER_SQL}/migrations/versions/0009_moves.sql",
        "(b.state, b.version, b.reason) is distinct from (before.state, before.version, before.reason)",
        "(b.state, b.version) is distinct from (before.state, before.version)",
        ("tests/test_moves.py",),
    ),
    Bug(
        "look for shared numbers in one journal alone",
        f"{LEDGER_SQL}/stage_shared_numbers.sql",
        "        (2, c.invoice_number, y.year, c.invoice_kind),\n",
        "",
        ("tests/extract/test_shared_numbers.py",),
    ),
    Bug(
        "leave the debtor out of an entry's fingerprint",
        f"{TRANSFORM}/payload_text.py",
        'fingerprints(f"{debtor}\\n{payload}"',
        'fingerprints(f"{payload}"',
        ("tests/load/test_content.py", "-k", "another_debtor_before or cured_by_another"),
    ),
    Bug(
        "claim whatever content stands there now",
        f"{LEDGER_SQL}/claim_bookings.sql",
        "    and b.version = wanted.version\n    and b.fingerprint = wanted.fingerprint\n",
        "",
        ("tests/load/test_content.py", "-k", "is_read_again"),
    ),
    Bug(
        "plan while another worker has the practice",
        "plugins/exact_online/night/steps.py",
        "    with night.ledger.holding(night.practice.code):\n",
        "    if True:\n",
        ("tests/load/test_content.py", "-k", "while_another_worker"),
    ),
    Bug(
        "let other content take the place of what may have reached Exact",
        f"{LEDGER_SQL}/plan_replace_unsent.sql",
        "and b.attempt = b.rejected_attempt",
        "",
        ("tests/test_ledger.py",),
    ),
    Bug(
        "send what was rejected every night",
        f"{LEDGER_SQL}/plan_release.sql",
        "or r.is_asked",
        "or true",
        ("tests/load/test_retries.py", "-k", "hopeless"),
    ),
    Bug(
        "never look whether what a rejection depended on changed",
        f"{LEDGER_SQL}/plan_release.sql",
        "r.rejected_under is distinct from circumstances(r.booking_id, %(run_id)s)",
        "false",
        ("tests/load/test_retries.py", "-k", "brings_it_back"),
    ),
    Bug(
        "compare only what was never sent with what people typed",
        f"{LEDGER_SQL}/doubt_taken_numbers.sql",
        "    and b.state = 'planned'\n",
        "    and b.state = 'planned'\n    and b.attempt = 0\n",
        ("tests/load/test_returns.py", "-k", "no_way_back and rejected_and_then_typed"),
    ),
    Bug(
        "send what was entered before again without a look",
        "plugins/exact_online/reason_codes.py",
        "READ_FIRST = frozenset({Reason.DOUBLE_IN_EXACT, Reason.ENTERED_BEFORE})",
        "READ_FIRST = frozenset({Reason.DOUBLE_IN_EXACT})",
        ("tests/load/test_returns.py", "-k", "whatever_the_mirror_has"),
    ),
    Bug(
        "an entry that keeps an invoice from being booked is no difference",
        f"{REPORT}/judgement.py",
        "about.booking.state in ON_ITS_WAY:",
        "about.booking.state in (*ON_ITS_WAY, *UNSENT):",
        ("tests/report/test_entries_in_the_way.py", "-k", "of_its_own_beside"),
    ),
    Bug(
        "send what is dated in a closed period",
        f"{LEDGER_SQL}/hold_what_must_wait.sql",
        "c.journal = b.journal",
        "c.journal is null",
        ("tests/load/test_batch.py", "-k", "closed_period"),
    ),
    Bug(
        "count a claim that reached nobody as an attempt",
        f"{LEDGER_SQL}/unclaim_bookings.sql",
        "case when %(reached_exact)s then 0 else 1 end",
        "case when %(reached_exact)s then 0 else 0 end",
        ("tests/test_ledger.py",),
    ),
    Bug(
        "take the orphans of all practices for doubtful",
        f"{LEDGER_SQL}/doubt_orphans.sql",
        "where practice = %(practice)s and ",
        "where %(practice)s is not null and ",
        ("tests/faults/test_crashes.py", "-k", "comes_by_everything"),
    ),
    Bug(
        "compare an entry without its relation",
        f"{LOADER}/comparison.py",
        "if booking.relation_id is not None and (entry",
        "if not booking.relation_id and (entry",
        ("tests/load/test_doubt.py",),
    ),
    Bug(
        "replace a token pair that somebody else renewed",
        f"{LEDGER_SQL}/token_store.sql",
        " and version = %(version)s",
        "",
        ("tests/api/test_oauth.py", "-k", "comes_too_late"),
    ),
    Bug(
        "compare what Exact shows without its relation",
        f"{REPORT}/content.py",
        "if ours.relation not in (None, there.relation):",
        "if ours.relation == there:",
        ("tests/report/test_differences.py", "-k", "another_relation"),
    ),
    Bug(
        "even out an invoice without a look at its relation",
        f"{REPORT}/even.py",
        'grouped[(relation or "").lower()].append(accounts)',
        'grouped[""].append(accounts)',
        ("tests/report/test_differences.py", "-k", "credited_on_another_relation"),
    ),
    Bug(
        "leave a night no reserve of the calls",
        "plugins/exact_online/hook.py",
        "reserve = NIGHTLY_RESERVE if backfill else 0",
        "reserve = 0",
        ("tests/api/test_hook.py", "-k", "reserve"),
    ),
    Bug(
        "tell Airflow's masker no secret",
        "plugins/exact_online/hook.py",
        "        masking.on_announce(_tell_airflow)\n",
        "",
        ("tests/api/test_hook.py", "-k", "masker"),
    ),
    Bug(
        "the tasks that send begin at the same time",
        "plugins/exact_online/nightly_dag.py",
        "        chain(work, each)\n",
        "        chain([prepared], each)\n",
        ("tests/dags/test_order_of_writers.py",),
    ),
    Bug(
        "an upload that is called booked by its answer alone",
        f"{LOADER}/uploads.py",
        "        if not entries:\n            continue\n",
        "        if not entries and made:\n"
        "            load.ledger.bookings.confirm(load.run, {booking.booking_id: next(iter(made))})\n"
        "        if not entries:\n            continue\n",
        ("tests/load/test_uploads.py", "-k", "whatever_becomes"),
    ),
    Bug(
        "answers of an upload that are taken by their order",
        f"{LOADER}/uploads.py",
        "if (outcome := _rejection(messages.get(booking.entry_number or 0, ())))",
        "if (outcome := _rejection([answer.document[upload.bookings.index(booking) % len(answer.document)]]"
        " if answer.document else []))",
        ("tests/load/test_uploads.py", "-k", "another_order"),
    ),
    Bug(
        "what an answer does not name is planned again at once",
        f"{LEDGER_SQL}/doubt_upload.sql",
        "    state = 'doubtful',\n    moved_in_run = %(run_id)s,\n    unknown_since = clock_timestamp(),",
        "    state = 'planned',\n    moved_in_run = %(run_id)s,\n    unknown_since = null,",
        ("tests/load/test_uploads.py", "-k", "is_not_sent_again"),
    ),
    Bug(
        "a lost answer of an upload that counts as absent at the first look",
        f"{LOADER}/doubt.py",
        "    if doubt.absent_once:\n",
        "    if True:\n        load.ledger.bookings.note_absence(doubt.booking)\n",
        ("tests/load/test_uploads.py", "tests/load/test_doubt.py"),
    ),
    Bug(
        "uploads though the switch of the fleet is off",
        f"{LOADER}/upload_check.py",
        "    if not standing.is_on:\n        return False\n",
        "",
        ("tests/load/test_uploads.py", "-k", "switch"),
    ),
    Bug(
        "what was booked before a failure is not confirmed",
        f"{LOADER}/sending.py",
        "        self._confirm_made()\n        if self.left:\n",
        "        if self.left:\n",
        ("tests/load/test_together.py", "-k", "day_is_full"),
    ),
    Bug(
        "what was claimed and not sent stays claimed",
        f"{LOADER}/sending.py",
        "        if self.left:\n            self.load",
        "        if not self.left:\n            self.load",
        ("tests/load/test_together.py", "-k", "as_if_never_claimed"),
    ),
    Bug(
        "each is confirmed under the id of another one",
        f"{LEDGER_SQL}/confirm_bookings.sql",
        "    exact_id = made.exact_id,\n",
        "    exact_id = (select max(m.exact_id::text)::uuid from made as m),\n",
        ("tests/load/test_together.py", "-k", "under_its_own_id"),
    ),
    Bug(
        "a confirmation that finds one moved says nothing",
        "plugins/exact_online/ledger/bookings.py",
        "    if left:\n        raise LockLost(",
        "    if len(left) == len(booking_ids):\n        raise LockLost(",
        ("tests/load/test_together.py", "-k", "another_worker_was_before"),
    ),
    Bug(
        "calls that were taken ahead outlive their minute",
        "plugins/exact_online/api/budget.py",
        "return self._ahead if self._now() < self._ahead_until else 0",
        "return self._ahead",
        ("tests/load/test_together.py", "-k", "end_with_their_minute"),
    ),
    Bug(
        "calls that nobody makes stay counted",
        "plugins/exact_online/api/budget.py",
        "        return open_now.without(self._ahead, self._ahead_until)",
        "        return open_now",
        ("tests/load/test_together.py", "-k", "given_back"),
    ),
    Bug(
        "a look at the lock does not hear that its session ended",
        "plugins/exact_online/ledger/session.py",
        " and not self._has_word():",
        ":",
        ("tests/load/test_batch.py", "-k", "before_the_next_post"),
    ),
)


@contextmanager
def copy_of_the_project() -> Iterator[Path]:
    """The parts that the tests need, in a folder of their own."""
    with tempfile.TemporaryDirectory(prefix="exact-online-planted-") as name:
        place = Path(name)
        place.chmod(0o755)
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, place / part)
        yield place


@contextmanager
def planted(bug: Bug, project: Path) -> Iterator[None]:
    """The bug is in the copy for the length of the block.

    ValueError when its place is not there any more.
    """
    path = project / bug.path
    sound = path.read_text(encoding="utf-8")
    if bug.old not in sound:
        raise ValueError(f"{bug.path} has no {bug.old!r} any more: plant '{bug.name}' elsewhere.")
    path.write_text(sound.replace(bug.old, bug.new), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(sound, encoding="utf-8")


def is_caught(bug: Bug, project: Path) -> bool:
    """Do the tests that should catch it fail? Tests that can't be run have caught nothing."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(["plugins", "."]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *bug.tests]
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(
            f"The tests of '{bug.name}' did not run: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        )
    return done.returncode == 1


def main(names: Sequence[str]) -> int:
    chosen = [bug for bug in BUGS if not names or any(name in bug.name for name in names)]
    missed = []
    with copy_of_the_project() as project:
        for bug in chosen:
            began = time.monotonic()
            with planted(bug, project):
                caught = is_caught(bug, project)
            print(
                f"{'caught' if caught else 'MISSED'}  {bug.name}  ({time.monotonic() - began:.0f} s)",
                flush=True,
            )
            missed += [] if caught else [bug.name]
    print(f"{len(chosen) - len(missed)} of {len(chosen)} planted bugs were caught.")
    return len(missed)


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
