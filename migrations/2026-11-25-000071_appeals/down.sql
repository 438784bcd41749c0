alter table roll_closings drop column how;
drop table appeals;
