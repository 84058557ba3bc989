-- A switch of the fleet as it was set last; no row when nobody set it, which is on.
select
    is_on,
    changed_by,
    reason,
    changed_at
from fleet_switch
where name = %(name)s;
