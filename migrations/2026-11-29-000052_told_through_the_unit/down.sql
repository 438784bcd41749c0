drop index letters_digests;
drop table digest_lines;
drop table untold;
