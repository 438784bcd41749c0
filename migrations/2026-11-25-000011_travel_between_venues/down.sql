drop table travel_times;
drop table travel_settings;
