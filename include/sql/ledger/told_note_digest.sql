-- The digest told what is open of all practices, on a day.
update told_item
set digest_on = %(day)s;
