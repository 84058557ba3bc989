-- The roles and databases of docker-compose.yaml, made by psql on the server's first start.
-- Passwords come from its environment.
\set ON_ERROR_STOP on
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv exact_sync_password EXACT_SYNC_DB_PASSWORD
\getenv james_reader_password JAMES_READER_PASSWORD

create role airflow login password :'airflow_password';
create role exact_sync login password :'exact_sync_password';
create role james_reader login password :'james_reader_password';
create database airflow owner airflow;
create database exact_sync owner exact_sync;
create database james;
