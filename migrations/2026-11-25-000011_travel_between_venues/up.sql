-- How long a trainer is taken to need from one venue to another: one row, for every pair that has
-- no row of its own.
create table travel_settings (
  id integer primary key not null check (id = 1),
  minutes integer not null check (minutes between 0 and 1440)
);
insert into travel_settings (id, minutes) values (1, 60);

-- What two venues need instead, whichever way one goes: the smaller id first.
create table travel_times (
  venue_id bigint not null references venues (id) on delete cascade,
  other_id bigint not null references venues (id) on delete cascade,
  minutes integer not null check (minutes between 0 and 1440),
  set_by bigint references people (id),
  set_at timestamp not null,
  primary key (venue_id, other_id),
  check (venue_id < other_id)
);
