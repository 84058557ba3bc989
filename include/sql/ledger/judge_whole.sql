-- Has all of a practice compared by its next night, whatever is marked.
delete from judged_whole
where practice = %(practice)s;
