-- By what the latest nights of practices failed: per code how many practices, one of them with the
-- values of its sentence, and since when.
select
    t.reason as code,
    count(*)::integer as practices,
    min(p.name) as practice_name,
    min(t.since) as since,
    (
        select problem.value -> 1
        from night_failure as f
        cross join jsonb_array_elements(f.problems) as problem (value)
        where f.practice = min(t.practice) and problem.value ->> 0 = t.reason
        order by f.noted_at desc
        limit 1
    ) as code_values
from told_item as t
inner join practice as p on t.practice = p.code
where t.is_of_night
group by t.reason
order by count(*) desc, t.reason;
