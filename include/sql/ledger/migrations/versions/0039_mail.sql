-- Mails are kept until they went: a mail server that is down costs nobody a message.
create table mail (
    mail_id bigint generated always as identity primary key,
    mail_key text not null unique,
    practice text references practice,
    address text,
    subject text not null,
    html text not null,
    state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent')),
    tries integer not null default 0,
    made_at timestamptz not null default clock_timestamp(),
    claimed_at timestamptz,
    held_until timestamptz,
    server_failed_at timestamptz,
    last_error text,
    sent_at timestamptz,
    check ((state = 'sent') = (sent_at is not null)),
    check (state <> 'sending' or claimed_at is not null)
);
create index mail_unsent on mail (mail_id) where state <> 'sent';
comment on table mail is 'Mails that were made: those that wait for the mail server, and for a month those that went';
comment on column mail.mail_key is 'What it is, such as night:CODE:2026-11-22: the same thing is made once';
comment on column mail.address is 'To whom; null for James Support, whose address is a setting of the environment';
comment on column mail.state is 'waiting; sending, claimed by a worker; sent';
comment on column mail.held_until is 'After a failure: the nights leave it alone until then; the watch tries it all the same';
comment on column mail.server_failed_at is 'When no mail could go at all; null when the failure is of this mail';
comment on column mail.last_error is 'The kind of failure and the status of the server; never its words, which may name somebody';
