-- One person's word that the mark of one session is wrong, and what was decided on it.
create table appeals (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id),
  -- What it should be, as the person says.
  claim text not null check (claim in ('present', 'late', 'partial', 'excused')),
  text text not null,
  made_at timestamp not null,
  decided_at timestamp,
  decided_by bigint references people (id),
  decision text check (decision in ('granted', 'refused')),
  answer text,
  unique (session_id, person_id)
);
create index appeals_open on appeals (session_id) where decided_at is null;

-- Finished by somebody, or closed by the clock after five days with people still not marked.
alter table roll_closings add column how text not null default 'finished' check (how in
  ('finished', 'not_marked'));
