-- The hours of one weekday in which a trainer can be asked to teach, by the clock of the place. A
-- trainer without any can be asked at any time; one with some, only then.
create table trainer_hours (
  person_id bigint not null references people (id) on delete cascade,
  -- 1 is Monday (ISO 8601).
  weekday integer not null check (weekday between 1 and 7),
  -- Minutes of the day.
  starts integer not null check (starts between 0 and 1439),
  ends integer not null check (ends between 1 and 1440),
  primary key (person_id, weekday),
  check (ends > starts)
);

-- Days on which a trainer cannot be asked, both included.
create table trainer_absences (
  id bigint primary key not null,
  person_id bigint not null references people (id) on delete cascade,
  from_day date not null,
  to_day date not null,
  reason text,
  made_by bigint references people (id),
  created_at timestamp not null,
  check (to_day >= from_day)
);
create index trainer_absences_by_person on trainer_absences (person_id, to_day);
