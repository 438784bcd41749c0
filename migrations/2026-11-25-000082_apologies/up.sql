-- One person's word, before a session, that he cannot come.
create table apologies (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id) on delete cascade,
  reason text not null check (reason in ('ill', 'family', 'work', 'other')),
  words text,
  state text not null check (state in ('asked', 'approved', 'declined', 'withdrawn')),
  made_at timestamp not null,
  decided_by bigint references people (id),
  decided_at timestamp,
  unique (session_id, person_id)
);

-- One person's place at one session of a batch that he is not on: to make up for what he missed.
create table guests (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id) on delete cascade,
  place text not null check (place in ('seat', 'waiting', 'withdrawn')),
  -- The session that he missed, or will miss.
  for_session bigint references sessions (id),
  asked_at timestamp not null,
  updated_at timestamp not null,
  unique (session_id, person_id)
);
create index guests_by_person on guests (person_id);
