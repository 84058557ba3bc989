-- A made-up James: one practice with so many invoices and claims of four lines over four years, a
-- debtor to ten of them, and a second practice a tenth as large. Its triggers are off, so that what
-- is made up has the moments that it says. Statements end with a semicolon at the end of a line.
set session_replication_role = replica;

insert into james.professie values (1, 'fysiotherapie', 'Fysiotherapie');

insert into james.praktijk (praktijk_id, praktijkcode, naam)
values (1, 'P0001', 'De grote praktijk'), (2, 'P0002', 'De buurman');

insert into james.tarieflijst values (1, 1, 1, '012', 'Lijst', '2020-01-01');

insert into james.tarief values (1, 1, '1000', 'Zitting', 0, 35.00);

insert into james.debiteur (
    debiteur_id, praktijk_id, debiteurnummer, soort, naam, achternaam, postcode, plaats, land, iban,
    betalingsconditie
)
select
    i,
    1 + (i %% 11) / 10,
    (100000 + i)::text,
    case i %% 50 when 0 then 'Verzekeraar' when 1 then 'Instelling' else 'Patiënt' end,
    'Debiteur ' || i,
    'Achternaam ' || i,
    '1234 AB',
    'Ons Dorp',
    'NL',
    'NL91ABNA' || lpad(i::text, 10, '0'),
    '14D'
from generate_series(1, greatest(%(invoices)s / 10, 100)) as i;

insert into james.factuur (
    factuur_id, praktijk_id, debiteur_id, factuurnummer, status, aangemaakt_op, gefactureerd_op,
    betalingsconditie, totaalbedrag, gewijzigd_op
)
select
    i,
    1 + (i %% 11) / 10,
    1 + i %% greatest(%(invoices)s / 10, 100),
    i::text,
    case i %% 3 when 0 then 'gefactureerd' when 1 then 'herinnerd' else 'betaald' end,
    made.moment,
    made.moment,
    '14D',
    4 * (20 + i %% 60),
    made.moment
from generate_series(1, %(invoices)s * 3 / 4) as i
cross join lateral (
    select
        timestamptz '2022-11-15 12:00+01'
        + i * (interval '1460 days' / (%(invoices)s * 3 / 4)) as moment
) as made;

insert into james.declaratie (
    declaratie_id, praktijk_id, debiteur_id, declaratienummer, factuurnummer, status, aangemaakt_op,
    gefactureerd_op, betalingsconditie, totaalbedrag, gewijzigd_op
)
select
    i,
    1 + (i %% 11) / 10,
    1 + (i * 50) %% greatest(%(invoices)s / 10, 100),
    'D' || i,
    (10000000 + i)::text,
    'gefactureerd',
    made.moment,
    made.moment,
    '30D',
    4 * (20 + i %% 60),
    made.moment
from generate_series(1, %(invoices)s / 4) as i
cross join lateral (
    select
        timestamptz '2022-11-15 12:00+01' + i * (interval '1460 days' / (%(invoices)s / 4)) as moment
) as made;

insert into james.factuurregel (
    factuur_id, regelnummer, professie_id, tarief_id, omschrijving, aantal, stuksprijs, btw_percentage, bedrag
)
select
    f.factuur_id,
    n,
    1,
    1,
    'Zitting',
    1,
    f.totaalbedrag / 4,
    case n when 4 then 21 else 0 end,
    f.totaalbedrag / 4
from james.factuur as f
cross join generate_series(1, 4) as n;

insert into james.declaratieregel (
    declaratie_id, regelnummer, professie_id, tarief_id, omschrijving, aantal, stuksprijs, btw_percentage,
    bedrag
)
select
    c.declaratie_id,
    n,
    1,
    1,
    'Zitting',
    1,
    c.totaalbedrag / 4,
    0,
    c.totaalbedrag / 4
from james.declaratie as c
cross join generate_series(1, 4) as n;

set session_replication_role = origin;
