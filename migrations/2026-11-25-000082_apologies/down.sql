drop table guests;
drop table apologies;
