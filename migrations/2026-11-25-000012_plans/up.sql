-- Many sessions planned at once, before they are: one person's draft, kept until it is published
-- or thrown away. Nothing of it is a session, a batch or a busy hall yet.
create table plans (
  id bigint primary key not null,
  person_id bigint not null references people (id) on delete cascade,
  course_id bigint not null references courses (id),
  state text not null check (state in ('draft', 'published')),
  -- The grid: a column for each unit, a row for each session of the course (schedule/plans/rules.rs).
  grid text not null,
  created_at timestamp not null,
  updated_at timestamp not null,
  published_at timestamp
);
create index plans_by_person on plans (person_id, id);
