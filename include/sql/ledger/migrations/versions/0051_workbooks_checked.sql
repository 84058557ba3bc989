-- A person may look on a page for what Exact has of each workbook; who did is written down.
alter table practice_event drop constraint practice_event_event_check;
alter table practice_event add constraint practice_event_event_check check (event in (
    'added', 'settings_saved', 'link_sent', 'consent_given', 'division_chosen', 'identity_confirmed',
    'requirement_confirmed', 'first_sync_date_set', 'activated', 'deactivated', 'disconnected',
    'question_sent', 'question_answered', 'run_cleared', 'mail_addresses_changed', 'workbooks_checked'
));
