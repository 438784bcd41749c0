drop table stopped_digests;
drop table weekly_counts;
drop table weekly_turns;
