-- Switches the nights of a linked practice on or off.
update practice
set active = %(active)s
where
    code = %(practice)s
    and active <> %(active)s
    and (not %(active)s or (chain_id is not null and division is not null));
