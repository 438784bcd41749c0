-- A letter that its reader cannot get for want of an address, and that whoever looks after the unit
-- shall pass on. The row goes once the letter stands in a digest, or need not be told any more.
create table untold (
  letter_id bigint primary key not null references letters (id) on delete cascade,
  -- When it was found that nobody can be written to: what the time of the digest is counted from.
  since timestamp not null,
  -- When the planner looks at it next.
  look_at timestamp not null
);
create index untold_by_time on untold (look_at);

-- One letter that stands in the digest of one who looks after the unit: by its key nobody is told
-- the same twice.
create table digest_lines (
  letter_id bigint not null references letters (id) on delete cascade,
  contact_id bigint not null references people (id) on delete cascade,
  digest_id bigint not null references letters (id) on delete cascade,
  since timestamp not null,
  told_at timestamp not null,
  primary key (letter_id, contact_id)
);
create index digest_lines_by_digest on digest_lines (digest_id);

-- Digests that did not arrive: what stood in them is told by another one.
create index letters_digests on letters (state) where kind = 'digest';

-- Reminders of sessions to come that were noted for a call before this step.
insert into untold (letter_id, since, look_at)
  select id, updated_at, updated_at from letters
  where kind = 'reminder' and state = 'missed' and reason = 'no-address' and enrolment_id is not null;
