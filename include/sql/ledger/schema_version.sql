-- The version of the schema: the last migration that was run on it.
select version_num
from alembic_version;
