-- A database like that of a Dutch practice system, for the demo and the tests.
-- James' real schema is not public. Only the files in include/sql/james/ use these tables:
-- to adapt to the real schema, edit those files.

create schema james;

create table james.praktijk (
    praktijk_id integer primary key,
    praktijkcode varchar(20) not null unique,
    naam varchar(120) not null,
    status varchar(20) not null default 'Actief',
    plaats varchar(80),
    kvk_nummer varchar(8),
    btw_nummer varchar(20),
    iban varchar(34),
    startnummer_debiteuren integer not null default 1
);

create table james.professie (
    professie_id integer primary key,
    code varchar(40) not null unique,
    omschrijving varchar(80) not null
);

create table james.praktijk_professie (
    praktijk_id integer not null references james.praktijk,
    professie_id integer not null references james.professie,
    primary key (praktijk_id, professie_id)
);

create table james.medewerker (
    medewerker_id integer primary key,
    praktijk_id integer not null references james.praktijk,
    professie_id integer not null references james.professie,
    naam varchar(120) not null
);

create table james.betalingsconditie (
    code varchar(10) primary key,
    omschrijving varchar(60) not null,
    dagen smallint
);

create table james.debiteur (
    debiteur_id bigint primary key,
    praktijk_id integer not null references james.praktijk,
    debiteurnummer varchar(20) not null,
    soort varchar(20) not null,
    naam varchar(200),
    voorletters varchar(30),
    voornaam varchar(80),
    tussenvoegsel varchar(30),
    achternaam varchar(120),
    geslacht char(1),
    straat varchar(120),
    huisnummer varchar(10),
    toevoeging varchar(10),
    postcode varchar(10),
    plaats varchar(80),
    land char(2),
    telefoon varchar(30),
    email varchar(120),
    iban varchar(34),
    betalingsconditie varchar(10) references james.betalingsconditie,
    uzovi_nummer char(4),
    unique (praktijk_id, debiteurnummer)
);

-- Medical data, and data that identify a person: none of it may ever leave James (M3).
create table james.patient (
    patient_id bigint primary key,
    debiteur_id bigint not null references james.debiteur,
    bsn char(9) not null,
    geboortedatum date not null,
    diagnosecode varchar(10),
    diagnose text
);
create index patient_debiteur on james.patient (debiteur_id);

create table james.consult (
    consult_id bigint primary key,
    patient_id bigint not null references james.patient,
    medewerker_id integer not null references james.medewerker,
    datum date not null,
    behandelverslag text
);
create index consult_patient on james.consult (patient_id);

create table james.tarieflijst (
    tarieflijst_id integer primary key,
    praktijk_id integer not null references james.praktijk,
    professie_id integer not null references james.professie,
    codelijst char(3) not null,
    naam varchar(80) not null,
    geldig_vanaf date not null
);

create table james.tarief (
    tarief_id integer primary key,
    tarieflijst_id integer not null references james.tarieflijst,
    prestatiecode varchar(10) not null,
    omschrijving varchar(120) not null,
    btw_percentage numeric(5, 2) not null,
    prijs numeric(10, 2) not null
);

create table james.artikel (
    artikel_id integer primary key,
    praktijk_id integer not null references james.praktijk,
    professie_id integer not null references james.professie,
    artikelnummer varchar(20) not null,
    omschrijving varchar(120) not null,
    btw_percentage numeric(5, 2) not null,
    prijs numeric(10, 2) not null
);

-- Onderhanden werk: treatments that are not on an invoice yet. The link doesn't read it (M5).
create table james.onderhanden_werk (
    onderhanden_werk_id bigint primary key,
    praktijk_id integer not null references james.praktijk,
    patient_id bigint not null references james.patient,
    tarief_id integer not null references james.tarief,
    datum date not null,
    bedrag numeric(10, 2) not null
);

-- A factuur goes to a patient or an institution.
-- Its number and moment are assigned when it becomes final.
create table james.factuur (
    factuur_id bigint primary key,
    praktijk_id integer not null references james.praktijk,
    debiteur_id bigint not null references james.debiteur,
    factuurnummer varchar(20),
    status varchar(20) not null,
    aangemaakt_op timestamptz not null,
    gefactureerd_op timestamptz,
    betalingsconditie varchar(10),
    valuta char(3) not null default 'EUR',
    totaalbedrag numeric(12, 2),
    crediteert_factuur_id bigint references james.factuur,
    gewijzigd_op timestamptz not null default now(),
    unique (praktijk_id, factuurnummer)
);
create index factuur_gefactureerd on james.factuur (praktijk_id, gefactureerd_op)
include (factuur_id, status, gewijzigd_op);
create index factuur_debiteur on james.factuur (debiteur_id);
create index factuur_crediteert on james.factuur (crediteert_factuur_id)
where crediteert_factuur_id is not null;

create table james.factuurregel (
    factuur_id bigint not null references james.factuur on delete cascade,
    regelnummer integer not null,
    professie_id integer not null references james.professie,
    tarief_id integer references james.tarief,
    artikel_id integer references james.artikel,
    omschrijving varchar(160) not null,
    aantal numeric(8, 2) not null,
    stuksprijs numeric(10, 2) not null,
    btw_percentage numeric(5, 2),
    bedrag numeric(12, 2),
    primary key (factuur_id, regelnummer),
    check (num_nonnulls(tarief_id, artikel_id) = 1)
);

-- A declaratie goes to an insurer; besides its invoice number it has a claim number (M17).
create table james.declaratie (
    declaratie_id bigint primary key,
    praktijk_id integer not null references james.praktijk,
    debiteur_id bigint not null references james.debiteur,
    declaratienummer varchar(20),
    factuurnummer varchar(20),
    status varchar(20) not null,
    aangemaakt_op timestamptz not null,
    gefactureerd_op timestamptz,
    betalingsconditie varchar(10),
    valuta char(3) not null default 'EUR',
    totaalbedrag numeric(12, 2),
    crediteert_declaratie_id bigint references james.declaratie,
    gewijzigd_op timestamptz not null default now(),
    unique (praktijk_id, factuurnummer),
    unique (praktijk_id, declaratienummer)
);
create index declaratie_gefactureerd on james.declaratie (praktijk_id, gefactureerd_op)
include (declaratie_id, status, gewijzigd_op);
create index declaratie_debiteur on james.declaratie (debiteur_id);
create index declaratie_crediteert on james.declaratie (crediteert_declaratie_id)
where crediteert_declaratie_id is not null;

create table james.declaratieregel (
    declaratie_id bigint not null references james.declaratie on delete cascade,
    regelnummer integer not null,
    patient_id bigint references james.patient,
    professie_id integer not null references james.professie,
    tarief_id integer references james.tarief,
    artikel_id integer references james.artikel,
    omschrijving varchar(160) not null,
    aantal numeric(8, 2) not null,
    stuksprijs numeric(10, 2) not null,
    btw_percentage numeric(5, 2),
    bedrag numeric(12, 2),
    primary key (declaratie_id, regelnummer),
    check (num_nonnulls(tarief_id, artikel_id) = 1)
);

-- gewijzigd_op changes with every change of an invoice or of one of its lines:
-- the link sees by it alone that an invoice has changed.
create function james.stempel() returns trigger language plpgsql as $$
begin
    new.gewijzigd_op := clock_timestamp();
    return new;
end $$;
create trigger factuur_stempel before update on james.factuur
for each row execute function james.stempel();
create trigger declaratie_stempel before update on james.declaratie
for each row execute function james.stempel();

create function james.stempel_factuur() returns trigger language plpgsql as $$
begin
    update james.factuur set gewijzigd_op = clock_timestamp()
    where factuur_id = coalesce(new.factuur_id, old.factuur_id);
    return null;
end $$;
create trigger factuurregel_stempel after insert or update or delete on james.factuurregel
for each row execute function james.stempel_factuur();

create function james.stempel_declaratie() returns trigger language plpgsql as $$
begin
    update james.declaratie set gewijzigd_op = clock_timestamp()
    where declaratie_id = coalesce(new.declaratie_id, old.declaratie_id);
    return null;
end $$;
create trigger declaratieregel_stempel after insert or update or delete on james.declaratieregel
for each row execute function james.stempel_declaratie();

insert into james.betalingsconditie values
('14D', 'Binnen 14 dagen', 14), ('21D', 'Binnen 21 dagen', 21),
('30D', 'Binnen 30 dagen', 30), ('60D', 'Binnen 60 dagen', 60),
('PIN', 'PIN', 0), ('CONTANT', 'Contant', 0), ('INCASSO', 'Automatische incasso', 14);

-- The role that the link reads with. It may read money facts only:
-- no patient, no consult, no free text of a line (M3). Its password is set elsewhere.
do $$
begin
    create role james_reader login;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema james to james_reader;
grant select on james.praktijk, james.professie, james.praktijk_professie to james_reader;
grant select on james.betalingsconditie to james_reader;
grant select on james.debiteur, james.factuur, james.declaratie to james_reader;
grant select (factuur_id, regelnummer, professie_id, tarief_id, artikel_id, btw_percentage, bedrag)
on james.factuurregel to james_reader;
grant select (declaratie_id, regelnummer, professie_id, tarief_id, artikel_id, btw_percentage, bedrag)
on james.declaratieregel to james_reader;
