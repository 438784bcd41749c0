-- A course that must be completed before another one is begun.
create table course_prerequisites (
  course_id bigint not null references courses (id) on delete cascade,
  needs_id bigint not null references courses (id),
  primary key (course_id, needs_id),
  check (course_id <> needs_id)
);

-- That a person agreed to what is kept for a course: only added to, never changed.
create table consents (
  id bigint primary key not null,
  person_id bigint not null references people (id) on delete cascade,
  batch_id bigint references batches (id),
  -- On the page by the person; on paper, by phone or in a list as somebody else noted it.
  channel text not null check (channel in ('page', 'paper', 'phone', 'list')),
  -- Which text of the privacy notice it was.
  notice text not null,
  noted_by bigint references people (id),
  given_at timestamp not null
);
create index consents_by_person on consents (person_id, given_at);
