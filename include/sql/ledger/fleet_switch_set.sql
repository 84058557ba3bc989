-- Sets a switch of the whole fleet, with who did it and why.
insert into fleet_switch (name, is_on, changed_by, reason)
values (%(name)s, %(is_on)s, %(changed_by)s, %(reason)s)
on conflict (name) do update set
    is_on = excluded.is_on,
    changed_by = excluded.changed_by,
    reason = excluded.reason,
    changed_at = excluded.changed_at;
