drop table blocked_addresses;
drop table bounces;
