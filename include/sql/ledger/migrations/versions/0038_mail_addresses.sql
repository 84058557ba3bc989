-- Whom the watch mails about what a practice or its accountant can cure; else support is mailed.
alter table practice add column practice_mail text check (practice_mail like '%_@_%');
alter table practice add column accountant_mail text check (accountant_mail like '%_@_%');
comment on column practice.practice_mail is 'Address of the practice for what it can cure itself; null: support is told';
comment on column practice.accountant_mail is
'Address of the accountant for what he can cure; null: that of who consented by a signed link, else support is told';

alter table practice_event drop constraint practice_event_event_check;
alter table practice_event add constraint practice_event_event_check check (event in (
    'added', 'settings_saved', 'link_sent', 'consent_given', 'division_chosen', 'identity_confirmed',
    'requirement_confirmed', 'first_sync_date_set', 'activated', 'deactivated', 'disconnected',
    'question_sent', 'question_answered', 'run_cleared', 'mail_addresses_changed'
));
