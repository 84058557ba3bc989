-- Counts a request of a subject within the present stretch of time; the number so far.
insert into request_count as known (subject_hash, counted_from, requests)
values (%(subject_hash)s, date_bin(%(stretch)s, clock_timestamp(), timestamptz '2000-01-01'), 1)
on conflict (subject_hash, counted_from) do update set requests = known.requests + 1
returning requests;
