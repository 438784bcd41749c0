-- A week whose letters to administrators are planned, by whichever node came first.
create table weekly_turns (
  monday date primary key not null,
  planned_at timestamp not null
);

-- How far the people below a unit had come when the letters of a week were planned: what the next
-- week is compared with.
create table weekly_counts (
  unit_id bigint not null references units (id) on delete cascade,
  monday date not null,
  enrolled bigint not null,
  complete bigint not null,
  primary key (unit_id, monday)
);

-- A digest that its reader wants no more. Reminders are stopped apart from them (unsubscribes).
create table stopped_digests (
  person_id bigint not null references people (id) on delete cascade,
  kind text not null check (kind in ('digest', 'weekly')),
  stopped_at timestamp not null,
  primary key (person_id, kind)
);
