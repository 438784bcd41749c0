-- Somebody who came and stood on no list, until an admin finds out who it is.
create table walk_ins (
  id bigint primary key not null,
  -- Made by the phone: what makes a repeat harmless.
  client_id text not null unique,
  session_id bigint not null references sessions (id),
  name text not null,
  phone text not null,
  status text not null check (status in ('present', 'late')),
  came_at timestamp not null,
  added_by bigint references people (id),
  received_at timestamp not null,
  -- Who it was.
  person_id bigint references people (id),
  matched_by bigint references people (id),
  matched_at timestamp
);
create index walk_ins_by_session on walk_ins (session_id, came_at);
