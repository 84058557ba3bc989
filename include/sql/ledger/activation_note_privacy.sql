-- Keeps who agreed with which text before the consent screen of Exact.
insert into privacy_consent (practice, who, agreed_text)
values (%(practice)s, %(who)s, %(agreed_text)s);
