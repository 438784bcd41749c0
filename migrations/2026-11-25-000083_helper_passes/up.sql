-- One helper let in to one session's roll call. Its link and its PIN follow from the id and the
-- service's secret: nothing here opens a door.
create table helper_passes (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  -- The helper's name, as the trainer wrote it.
  label text not null,
  made_by bigint not null references people (id),
  made_at timestamp not null,
  -- A PIN opens once; the link until the end.
  pin_used_at timestamp,
  opened_at timestamp,
  revoked_at timestamp
);
create index helper_passes_by_session on helper_passes (session_id);
