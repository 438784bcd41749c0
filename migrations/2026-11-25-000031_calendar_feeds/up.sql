-- Private calendar feeds: an address that a calendar program asks again and again.

-- One feed of one person, for one purpose and one subject. Only the hash of its address is kept.
create table calendar_feeds (
  id bigint primary key not null,
  token_hash text not null unique,
  person_id bigint not null references people (id) on delete cascade,
  purpose text not null check (purpose in ('attending', 'teaching', 'unit')),
  -- For the purpose 'unit': this unit and everything below it.
  unit_id bigint references units (id),
  -- What the owner calls it: the device or program that asks for it.
  label text not null,
  language text not null check (language in ('hi', 'en')),
  -- Whether titles are left out, so that nobody who looks over a shoulder reads what is taught.
  neutral boolean not null default false,
  -- What was served last and since when, so that "not modified" is always true.
  etag text not null,
  changed_at timestamp not null,
  created_at timestamp not null,
  revoked_at timestamp,
  check ((purpose = 'unit') = (unit_id is not null))
);
create index calendar_feeds_by_person on calendar_feeds (person_id, id);
