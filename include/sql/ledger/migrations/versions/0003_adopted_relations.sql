-- Relations that stood in Exact before the link and were confirmed by a person to be ours (M15): who said so, and when.

alter table relation add column adopted_by text;
alter table relation add column adopted_at timestamptz;
alter table relation add check ((adopted_by is null) = (adopted_at is null));
