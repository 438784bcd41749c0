-- Whence a mark came: the phone's list, a form on the page, the paper sheet, the question at the end
-- (what nobody had said), a program, a badge, the person's own check-in, an apology that was
-- granted, an appeal that was decided, a walk-in who was recognised.
alter table mark_events add column source text not null default 'form' check (source in
  ('roll', 'form', 'sheet', 'closing', 'program', 'badge', 'check_in', 'apology', 'appeal', 'walk_in'));
-- The phone's own clock, kept as it was read; marked_at is what it means by the server's clock.
alter table mark_events add column device_at timestamp;
-- The phone's count of its own marks.
alter table mark_events add column sequence bigint;
-- Server's clock minus the phone's, at their last contact.
alter table mark_events add column offset_ms bigint;
-- Why it was changed so late: needed after the days of the block's admin.
alter table mark_events add column reason text;
-- As in its event: what was only filled in at the end gives way to what somebody saw.
alter table marks add column source text not null default 'form' check (source in
  ('roll', 'form', 'sheet', 'closing', 'program', 'badge', 'check_in', 'apology', 'appeal', 'walk_in'));

-- One person of whom two hands said different things at one session, until somebody who saw both
-- decides. Kept, so that a page need not read every mark ever sent.
create table disagreements (
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id),
  found_at timestamp not null,
  primary key (session_id, person_id)
);
