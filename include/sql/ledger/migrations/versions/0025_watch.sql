-- What the watch finds of practices: since when, and when support was last mailed about it.
create table watch_report (
    practice text not null references practice,
    reason text not null,
    since date not null,
    reported_on date,
    primary key (practice, reason)
);
comment on table watch_report is
'What the watch found this morning or before, and is still so: told when new and after 1, 7 and 30 days';

-- How many invoices a practice has of a day.
create index booking_day on booking (practice, entry_date) where kind <> 'debtor';
