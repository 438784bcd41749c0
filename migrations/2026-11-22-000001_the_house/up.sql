-- The whole house, first release. Portable: the same text runs on SQLite and PostgreSQL.
-- Ids are bigint, made by the application, time-ordered. Times are UTC, whole microseconds.
-- States are words with a check constraint, so that a row can be read by a person.

-- units -----------------------------------------------------------------------------------

-- A kind of unit, in order from the top: what the organisation itself calls it.
create table levels (
  id bigint primary key not null,
  code text not null unique,
  ordinal integer not null unique,
  name_hi text not null,
  name_en text not null,
  -- An electoral level (assembly seat) is a second, parallel parent: see units.constituency_id.
  electoral boolean not null default false
);

-- A node of the organisation tree. Its code is its identity; names change.
create table units (
  id bigint primary key not null,
  code text not null unique,
  level_id bigint not null references levels (id),
  parent_id bigint references units (id),
  constituency_id bigint references units (id),
  -- The ids from the root to this unit, 19 digits each, nothing between: digits sort the same
  -- in every collation, so a subtree is the range [path, path || '9') on both databases.
  path text not null unique,
  name_hi text not null,
  name_en text not null,
  -- Both names folded for search (kit/search.rs).
  folded text not null,
  census_code text,
  population bigint,
  -- Empty means: as the parent's.
  timezone text,
  -- Whom a newcomer without network calls.
  contact_name text,
  contact_phone text,
  valid_from date,
  valid_to date,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index units_by_parent on units (parent_id, level_id);
create index units_by_constituency on units (constituency_id);

-- people ----------------------------------------------------------------------------------

-- Anybody the department knows; a newcomer is one with a previous party and a joining date.
create table people (
  id bigint primary key not null,
  unit_id bigint not null references units (id),
  constituency_id bigint references units (id),
  -- The key of the list a person was imported from; makes a second import of it change nothing.
  reference text unique,
  name text not null,
  -- The same name in the other script, when known.
  name_other text,
  -- Father's or husband's name: tells namesakes apart.
  relation_name text,
  folded text not null,
  previous_party text,
  joined_on date,
  admitted_by text,
  language text check (language in ('hi', 'en')),
  gender text check (gender in ('female', 'male', 'other')),
  created_at timestamp not null,
  updated_at timestamp not null,
  -- Lets standings follow a person who moves (foreign key with on update cascade).
  unique (id, unit_id)
);
create index people_by_unit on people (unit_id, folded, id);
create index people_by_name on people (folded, id);

-- One phone number of one person, in E.164; several people may share one.
create table phones (
  id bigint primary key not null,
  person_id bigint not null references people (id) on delete cascade,
  position integer not null,
  number text not null,
  unique (person_id, number)
);
create index phones_by_number on phones (number);

-- One e-mail address of one person; several people may share one.
create table emails (
  id bigint primary key not null,
  person_id bigint not null references people (id) on delete cascade,
  position integer not null,
  address text not null,
  -- The address in lower case: what sign-in looks for.
  folded text not null,
  unique (person_id, folded)
);
create index emails_by_folded on emails (folded);

-- The folded words of a person's names: search is a range over this index, at any size.
create table name_words (
  word text not null,
  person_id bigint not null references people (id) on delete cascade,
  primary key (word, person_id)
);
create index name_words_by_person on name_words (person_id);

-- access ----------------------------------------------------------------------------------

-- A role that a person has at a unit and everything below it, or for one session only.
create table grants (
  id bigint primary key not null,
  person_id bigint not null references people (id),
  role text not null check (role in ('admin', 'trainer', 'helper', 'auditor')),
  unit_id bigint references units (id),
  session_id bigint,
  valid_from date,
  valid_to date,
  granted_by bigint references people (id),
  created_at timestamp not null,
  check (unit_id is not null or session_id is not null)
);
create index grants_by_person on grants (person_id);

-- A signed-in browser. Only the hash of its cookie is kept.
create table visits (
  id bigint primary key not null,
  token_hash text not null unique,
  person_id bigint not null references people (id) on delete cascade,
  created_at timestamp not null,
  seen_at timestamp not null,
  expires_at timestamp not null
);
create index visits_by_person on visits (person_id);

-- A one-time link that signs one person in: printed by the command line, or sent by mail.
create table sign_in_links (
  id bigint primary key not null,
  token_hash text not null unique,
  person_id bigint not null references people (id) on delete cascade,
  created_at timestamp not null,
  expires_at timestamp not null,
  used_at timestamp
);

-- A 6-digit code sent to an address, good only in the browser that asked for it.
create table sign_in_codes (
  id bigint primary key not null,
  browser_hash text not null,
  person_id bigint not null references people (id) on delete cascade,
  code_hash text not null,
  created_at timestamp not null,
  expires_at timestamp not null,
  used_at timestamp
);
create index sign_in_codes_by_browser on sign_in_codes (browser_hash, created_at);
create index sign_in_codes_by_person on sign_in_codes (person_id, created_at);

-- An API token, shown once; only its hash is kept.
create table api_tokens (
  id bigint primary key not null,
  token_hash text not null unique,
  person_id bigint not null references people (id) on delete cascade,
  label text not null,
  created_at timestamp not null,
  expires_at timestamp not null,
  last_used_at timestamp,
  revoked_at timestamp
);

-- How often something guessable was tried lately (an address, a browser): the delay grows with it.
create table attempts (
  subject text primary key not null,
  tries integer not null,
  last_at timestamp not null
);

-- courses ---------------------------------------------------------------------------------

-- What is taught. Its content lives in its versions.
create table courses (
  id bigint primary key not null,
  code text not null unique,
  unit_id bigint not null references units (id),
  title_hi text not null,
  title_en text not null,
  state text not null check (state in ('draft', 'published', 'retired')),
  created_at timestamp not null,
  updated_at timestamp not null
);

-- One frozen state of a course; the one without published_at is the draft. Enrolments stay on theirs.
create table course_versions (
  id bigint primary key not null,
  course_id bigint not null references courses (id) on delete cascade,
  version integer not null,
  -- The least share of counted minutes that completes it, in percent.
  percent integer not null check (percent between 1 and 100),
  published_at timestamp,
  unique (course_id, version)
);

-- One part of a course version, in order. The code ties the same module across versions and batches.
create table modules (
  id bigint primary key not null,
  course_version_id bigint not null references course_versions (id) on delete cascade,
  position integer not null,
  code text not null,
  title_hi text not null,
  title_en text not null,
  minutes integer not null check (minutes between 1 and 6000),
  compulsory boolean not null,
  unique (course_version_id, code)
);

-- schedule --------------------------------------------------------------------------------

-- A place where sessions are held.
create table venues (
  id bigint primary key not null,
  unit_id bigint not null references units (id),
  name_hi text not null,
  name_en text not null,
  seats integer not null check (seats between 1 and 100000),
  address text not null,
  map_url text,
  contact text,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index venues_by_unit on venues (unit_id);

-- One dated run of a course for a unit.
create table batches (
  id bigint primary key not null,
  course_version_id bigint not null references course_versions (id),
  course_id bigint not null references courses (id),
  unit_id bigint not null references units (id),
  title text not null,
  seats integer not null check (seats between 1 and 10000),
  starts_on date,
  ends_on date,
  state text not null check (state in ('open', 'cancelled')),
  created_at timestamp not null,
  updated_at timestamp not null
);
create index batches_by_unit on batches (unit_id, starts_on);

-- One meeting of a batch, as it stands now; its past is in session_revisions.
create table sessions (
  id bigint primary key not null,
  batch_id bigint not null references batches (id),
  venue_id bigint references venues (id),
  link text,
  starts_at timestamp not null,
  ends_at timestamp not null,
  timezone text not null,
  state text not null check (state in ('draft', 'published', 'cancelled')),
  -- Starts at 1; every change to when or where adds one. The calendar SEQUENCE is revision - 1.
  revision integer not null,
  cancel_reason text,
  created_at timestamp not null,
  updated_at timestamp not null,
  check (ends_at > starts_at)
);
create index sessions_by_batch on sessions (batch_id, starts_at);
create index sessions_by_time on sessions (starts_at, ends_at);
create index sessions_by_venue on sessions (venue_id, starts_at);

-- Which modules a session teaches.
create table session_modules (
  session_id bigint not null references sessions (id) on delete cascade,
  module_id bigint not null references modules (id),
  primary key (session_id, module_id)
);
create index session_modules_by_module on session_modules (module_id);

-- Who teaches a session.
create table session_trainers (
  session_id bigint not null references sessions (id) on delete cascade,
  person_id bigint not null references people (id),
  primary key (session_id, person_id)
);
create index session_trainers_by_person on session_trainers (person_id, session_id);

-- What a session said at one revision, with who changed it and why.
create table session_revisions (
  id bigint primary key not null,
  session_id bigint not null references sessions (id) on delete cascade,
  revision integer not null,
  starts_at timestamp not null,
  ends_at timestamp not null,
  venue_id bigint references venues (id),
  link text,
  state text not null check (state in ('draft', 'published', 'cancelled')),
  reason text,
  made_by bigint references people (id),
  made_at timestamp not null,
  unique (session_id, revision)
);

-- completion ------------------------------------------------------------------------------

-- The last verdict on one enrolment, kept beside the marks so that a report over a country is
-- one index scan. Always recomputable (`prashikshan check` does it and compares).
create table standings (
  enrolment_id bigint primary key not null,
  course_id bigint not null references courses (id),
  batch_id bigint not null references batches (id),
  person_id bigint not null,
  unit_id bigint not null,
  standing text not null check (standing in ('not_started', 'in_progress', 'complete')),
  percent integer not null,
  updated_at timestamp not null,
  foreign key (person_id, unit_id) references people (id, unit_id) on update cascade on delete cascade
);
create index standings_by_course on standings (course_id, unit_id, standing);
create index standings_by_unit on standings (unit_id, course_id, standing);
create index standings_by_person on standings (person_id, unit_id);

-- enrolment -------------------------------------------------------------------------------

-- One person's place on one batch, as it stands now; its past is in enrolment_moves.
create table enrolments (
  id bigint primary key not null,
  batch_id bigint not null references batches (id),
  person_id bigint not null references people (id),
  place text not null check (place in ('seat', 'waiting', 'withdrawn')),
  -- When the person joined the queue: the immutable order of the wait-list (ties by id).
  queued_at timestamp not null,
  -- How many times a seat was taken: a second confirmation after a withdrawal is a new letter.
  round integer not null,
  created_at timestamp not null,
  updated_at timestamp not null,
  unique (batch_id, person_id)
);
create index enrolments_by_place on enrolments (batch_id, place, queued_at, id);
create index enrolments_by_person on enrolments (person_id, place);

-- One step of one enrolment: from where to where, who, when, why.
create table enrolment_moves (
  id bigint primary key not null,
  enrolment_id bigint not null references enrolments (id) on delete cascade,
  from_place text,
  to_place text not null,
  reason text,
  made_by bigint references people (id),
  made_at timestamp not null
);
create index enrolment_moves_by_enrolment on enrolment_moves (enrolment_id);

-- attendance ------------------------------------------------------------------------------

-- The mark that counts: one per person and session, by the unique key.
create table marks (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id),
  status text not null check (status in ('present', 'late', 'partial', 'excused', 'absent')),
  -- Minutes kept, for `partial` only.
  minutes integer,
  -- The phone's clock when it was tapped; decides between two marks, then client_id does.
  marked_at timestamp not null,
  client_id text not null,
  marked_by bigint references people (id),
  received_at timestamp not null,
  unique (session_id, person_id)
);
create index marks_by_person on marks (person_id, session_id);

-- Every mark ever sent, also those that a later one replaced. client_id makes a repeat harmless.
create table mark_events (
  client_id text primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id),
  status text not null,
  minutes integer,
  marked_at timestamp not null,
  marked_by bigint references people (id),
  device text,
  received_at timestamp not null
);
create index mark_events_by_person on mark_events (session_id, person_id, marked_at);

-- When the roll of a session was declared finished, by whom.
create table roll_closings (
  session_id bigint primary key not null references sessions (id),
  closed_by bigint references people (id),
  closed_at timestamp not null
);

-- post ------------------------------------------------------------------------------------

-- The ledger: one letter to one person, from plan to delivery. Lower rooms write only plans.
create table letters (
  id bigint primary key not null,
  kind text not null check (kind in ('sign_in', 'confirmation', 'waiting', 'invitation', 'reminder',
    'change', 'cancellation', 'withdrawal')),
  -- Which reminder rule: three_days, one_day, same_day. Empty for the other kinds.
  rule text,
  person_id bigint references people (id) on delete cascade,
  batch_id bigint references batches (id),
  session_id bigint references sessions (id),
  revision integer,
  enrolment_id bigint references enrolments (id),
  -- (kind, rule, person, subject, revision, channel) in one word: what makes a letter arrive once.
  key text not null unique,
  -- What composing needs and no table holds, as JSON (the sessions a letter announces).
  facts text not null,
  state text not null check (state in ('planned', 'leased', 'sent', 'failed', 'uncertain', 'missed',
    'cancelled')),
  due_at timestamp not null,
  -- After this instant the letter would only confuse; it is then recorded as missed.
  useless_after timestamp,
  attempts integer not null default 0,
  next_try_at timestamp not null,
  lease_token text,
  leased_until timestamp,
  message_id text not null,
  address text,
  -- The rendered message, fixed at the first claim so that a repeat is the same bytes.
  body text,
  reason text,
  sent_at timestamp,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index letters_due on letters (state, next_try_at);
-- Sign-in codes go before everything else, however long the queue is.
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
create index letters_by_batch on letters (batch_id, person_id);
create index letters_by_person on letters (person_id, created_at);
create index letters_by_session on letters (session_id, person_id);

-- A batch whose letters must be compared with what is wanted: written with each cause, in its
-- transaction, and removed by the planner.
create table plan_requests (
  batch_id bigint primary key not null references batches (id),
  asked_at timestamp not null
);

-- journal ---------------------------------------------------------------------------------

-- Who did what, when, before and after. Append-only: each row carries the hash of the one before.
create table journal (
  position bigint primary key not null,
  at timestamp not null,
  actor_id bigint,
  action text not null,
  subject text not null,
  unit_id bigint,
  detail text not null,
  hash text not null
);
create index journal_by_unit on journal (unit_id, position);
create index journal_by_subject on journal (subject, position);

-- The end of the chain, one row; updating it is also what puts two writers in line.
create table journal_head (
  id integer primary key not null check (id = 1),
  position bigint not null,
  hash text not null
);
insert into journal_head (id, position, hash) values (1, 0, '');

-- the API ---------------------------------------------------------------------------------

-- The answer once given to an Idempotency-Key: the same key with the same body gets it again.
create table idempotency_keys (
  person_id bigint not null references people (id) on delete cascade,
  key text not null,
  body_hash text not null,
  status integer not null,
  answer text not null,
  location text,
  created_at timestamp not null,
  primary key (person_id, key)
);
