-- What somebody knew, without a letter, of teaching a published session when others changed that
-- first, or when he last did so himself. Without a row nobody has changed it: who stands in
-- session_trainers was planned with it. A letter sent since says more.
create table trainer_knowledge (
  session_id bigint not null references sessions (id) on delete cascade,
  person_id bigint not null references people (id),
  teaches boolean not null,
  -- The session as he knew it.
  revision integer not null,
  since timestamp not null,
  primary key (session_id, person_id)
);
