-- A letter of an admin to many people of one unit and below: a draft until it is confirmed, then the
-- cause of one letter for each of them.
create table notices (
  id bigint primary key not null,
  -- Of the form that made it: the same form sent twice makes one draft.
  key text not null unique,
  person_id bigint not null references people (id),
  unit_id bigint not null references units (id),
  -- Who of the unit: those on this course or batch, in this place, with this verdict. Empty: all.
  course_id bigint references courses (id),
  batch_id bigint references batches (id),
  place text check (place in ('seat', 'waiting')),
  verdict text check (verdict in ('complete', 'incomplete')),
  -- In one language or in both; a text has its subject.
  subject_hi text,
  body_hi text,
  subject_en text,
  body_en text,
  state text not null check (state in ('draft', 'going', 'paused', 'done', 'cancelled', 'aborted')),
  -- What a code that confirms it is bound to: another text or audience needs another code.
  revision integer not null,
  -- How many people it was confirmed for, by whom and when.
  confirmed_count bigint,
  confirmed_by bigint references people (id),
  confirmed_at timestamp,
  -- The end of the time in which it can be cancelled before anything goes.
  due_at timestamp,
  -- The person (by id) whose letter was written into the ledger last; after a crash it goes on there.
  written_to bigint not null default 0,
  is_written boolean not null default false,
  -- Who stopped it: a person, or the alarm over letters that fail.
  paused_by text check (paused_by in ('hand', 'alarm')),
  -- The alarm looks at what ended since: whoever goes on after it knows of what was before.
  watched_from timestamp,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index notices_by_unit on notices (unit_id);
-- The ticker looks for those that have something to do.
create index notices_at_work on notices (state) where state in ('going', 'paused');

-- The notice that a letter is one of.
alter table letters add column notice_id bigint references notices (id);
create index letters_by_notice on letters (notice_id, state) where notice_id is not null;
create index letters_notice_ended on letters (notice_id, updated_at)
  where notice_id is not null and state in ('sent', 'failed', 'uncertain');
