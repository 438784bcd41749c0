-- Seats of a batch kept for the people of one unit and all below it, through a day; from the next
-- day on they are everybody's.
create table reservations (
  batch_id bigint not null references batches (id) on delete cascade,
  unit_id bigint not null references units (id),
  seats integer not null check (seats between 1 and 10000),
  held_until date not null,
  primary key (batch_id, unit_id)
);
create index reservations_by_unit on reservations (unit_id);
