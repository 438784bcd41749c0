-- A name may now also be asked for, offered a seat, or held for a decision. A column's check cannot
-- be changed on SQLite, so the column moves.
drop index enrolments_by_place;
drop index enrolments_by_person;
alter table enrolments add column place_next text not null default 'waiting' check (place_next in (
  'requested', 'held', 'waiting', 'offered', 'seat', 'withdrawn'));
update enrolments set place_next = place;
alter table enrolments drop column place;
alter table enrolments rename column place_next to place;
create index enrolments_by_place on enrolments (batch_id, place, queued_at, id);
create index enrolments_by_person on enrolments (person_id, place);
-- The ticker looks for batches where somebody waits.
create index enrolments_waiting on enrolments (batch_id) where place = 'waiting';

-- How the name came: put there by an admin, put forward by a unit, asked for by the person, in a list.
alter table enrolments add column way text not null default 'enrolment' check (way in (
  'enrolment', 'nomination', 'request', 'import'));
-- Who put it forward; empty before this step.
alter table enrolments add column asked_by bigint references people (id);
-- The unit whose office decides on a request or nomination; the person may have moved since.
alter table enrolments add column decider_id bigint references units (id);
create index enrolments_asked on enrolments (decider_id) where place = 'requested';

-- What a step was, in a word; empty before this step.
alter table enrolment_moves add column act text check (act in ('enrolled', 'imported', 'asked',
  'nominated', 'approved', 'refused', 'moved', 'offered', 'taken', 'declined', 'lapsed', 'jumped',
  'withdrawn'));

-- A seat kept for somebody until a moment: taken, declined, or gone to the next.
create table offers (
  id bigint primary key not null,
  enrolment_id bigint not null references enrolments (id) on delete cascade,
  made_at timestamp not null,
  -- Never after the first session begins, never in the person's quiet hours.
  ends_at timestamp not null,
  answer text not null check (answer in ('open', 'taken', 'declined', 'lapsed', 'void')),
  answered_at timestamp,
  -- Somebody else than the person when an office answered for him.
  answered_by bigint references people (id)
);
create unique index offers_open on offers (enrolment_id) where answer = 'open';
create index offers_ending on offers (ends_at) where answer = 'open';
create index offers_by_enrolment on offers (enrolment_id);
