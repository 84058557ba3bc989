-- Forgets the settings of a practice that wait for a look: a version was saved.
delete from settings_draft
where practice = %(practice)s;
