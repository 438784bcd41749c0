-- One time that all mail stood still: who stopped it and why, who let it go on. While one has no
-- end, no node hands a letter over but sign-in codes. Empty names: the command line.
create table mail_pauses (
  id bigint primary key not null,
  reason text not null,
  paused_at timestamp not null,
  paused_by bigint references people (id) on delete set null,
  ended_at timestamp,
  ended_by bigint references people (id) on delete set null
);

-- How far the letters of one scope are spread when so many a minute are allowed: the instant from
-- which the next may go. The scope is a receiving domain, or empty for all mail. Taking letters in
-- hand moves it, so that all nodes together keep the limit.
create table mail_paces (
  scope text primary key not null,
  next_slot_at timestamp not null
);

-- When a letter may go by its domain's limit; booked once, kept over tries.
alter table letters add column slot_at timestamp;

-- The newest ends of all mail, for the alarm.
create index letters_ended on letters (updated_at) where state in ('sent', 'failed', 'uncertain');
