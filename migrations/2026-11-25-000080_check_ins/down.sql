drop table remembered_phones;
drop table check_ins;
