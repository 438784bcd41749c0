drop table walk_ins;
