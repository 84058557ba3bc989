-- How a practice is linked with Exact (M6): who agreed with what, signed links, and consents under way.
create table privacy_consent (
    privacy_consent_id bigint generated always as identity primary key,
    practice text not null references practice,
    who text not null check (who <> ''),
    at timestamptz not null default clock_timestamp(),
    agreed_text text not null check (agreed_text <> '')
);
create index privacy_consent_practice on privacy_consent (practice);
comment on table privacy_consent is
'Who ticked which text before going to the consent screen of Exact; never changed';
create trigger privacy_consent_is_append_only before update on privacy_consent
for each row execute function deny_change_of_events();
create or replace function deny_change_of_events() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;

create table activation_link (
    link_id uuid primary key default gen_random_uuid(),
    practice text not null references practice,
    person text not null check (person <> ''),
    mail_address text not null check (mail_address <> ''),
    made_by text not null check (made_by <> ''),
    made_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    spent_at timestamptz,
    browser_hash text,
    check ((spent_at is null) = (browser_hash is null))
);
create index activation_link_practice on activation_link (practice, made_at);
comment on table activation_link is 'Links that let somebody without an account link a practice';
comment on column activation_link.browser_hash is
'Of the browser that spent the link by a consent: it alone goes on with it';

create table consent_request (
    state_hash text primary key,
    browser_hash text not null,
    purpose text not null check (purpose in ('link', 'stop')),
    practice text references practice,
    login text,
    link_id uuid references activation_link on delete cascade,
    who text not null,
    framed boolean not null default false,
    made_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    used_at timestamptz,
    check (
        case purpose
            when 'link' then practice is not null and num_nonnulls(login, link_id) = 1
            else num_nonnulls(practice, login, link_id) = 0
        end
    )
);
create index consent_request_expires_at on consent_request (expires_at);
comment on table consent_request is 'Browsers that were sent to the consent screen; each state works once';

create table given_consent (
    practice text primary key references practice,
    chain_id uuid not null references token_chain on delete cascade,
    given_by text not null,
    given_at timestamptz not null default clock_timestamp(),
    divisions jsonb not null
);
create index given_consent_chain on given_consent (chain_id);
comment on table given_consent is 'The latest consent for a practice, and the divisions that it covers';

create table request_count (
    subject_hash text not null,
    counted_from timestamptz not null,
    requests integer not null,
    primary key (subject_hash, counted_from)
);
create index request_count_counted_from on request_count (counted_from);
comment on table request_count is 'Requests without a login, per link and per address, to hold back who asks too often';
