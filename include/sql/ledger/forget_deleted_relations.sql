-- Relations of ours that somebody deleted in Exact: they are made again with the next plan (FR-F6).
delete from relation
using exact_relation as x
where
    relation.practice = %(practice)s
    and relation.practice = x.practice
    and relation.exact_id = x.exact_id
    and x.deleted
returning relation.debtor_number;
