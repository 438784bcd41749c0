-- What somebody said beforehand about coming to a session; the newest word counts. It is never a mark.
create table answers (
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id) on delete cascade,
  answer text not null check (answer in ('coming', 'not_coming')),
  reason text,
  answered_at timestamp not null,
  primary key (session_id, person_id)
);
create index answers_by_person on answers (person_id);
