drop table offices;
drop table office_kinds;
