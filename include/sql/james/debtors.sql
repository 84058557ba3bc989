-- All debtors of a practice: patients, insurers and institutions (M2). Master-card fields only.
-- Parameters:
--   james_practice_code text     James' own code of the practice
-- Returns:
--   debtor_number text           number in James' one range; text, so zeros stay
--   debtor_kind text             patient, insurer, institution; anything else is what James has
--   name text                    name of an insurer or institution; a patient's as James shows it
--   initials text
--   first_name text
--   prefix text                  tussenvoegsel: "van der"
--   last_name text
--   gender text                  M, V (vrouw), O (unknown), as Exact codes it
--   street text
--   house_number text
--   house_number_addition text
--   postcode text
--   city text
--   country text                 ISO code of two letters
--   phone text
--   email text
--   iban text
--   payment_condition text       one of the seven (M13); anything else is what James has
select
    d.debiteurnummer::text as debtor_number,
    case d.soort
        when 'Patiënt' then 'patient'
        when 'Verzekeraar' then 'insurer'
        when 'Instelling' then 'institution'
        else d.soort::text
    end as debtor_kind,
    d.naam::text as name,
    d.voorletters::text as initials,
    d.voornaam::text as first_name,
    d.tussenvoegsel::text as prefix,
    d.achternaam::text as last_name,
    d.geslacht::text as gender,
    d.straat::text as street,
    d.huisnummer::text as house_number,
    d.toevoeging::text as house_number_addition,
    d.postcode::text as postcode,
    d.plaats::text as city,
    d.land::text as country,
    d.telefoon::text as phone,
    d.email::text as email,
    d.iban::text as iban,
    case d.betalingsconditie
        when '14D' then 'days_14'
        when '21D' then 'days_21'
        when '30D' then 'days_30'
        when '60D' then 'days_60'
        when 'PIN' then 'pin'
        when 'CONTANT' then 'cash'
        when 'INCASSO' then 'direct_debit'
        else d.betalingsconditie::text
    end as payment_condition
from james.debiteur as d
inner join james.praktijk as p on d.praktijk_id = p.praktijk_id
where p.praktijkcode = %(james_practice_code)s::text
