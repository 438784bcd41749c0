-- What goes to whom and when, seen from a session: one row is one rule. Without a course and a batch
-- it is for every batch of the organisation.
create table reminder_rules (
  id bigint primary key not null,
  -- The name of a rule that came with the house; its letters were known by it before rules were rows.
  code text unique,
  course_id bigint references courses (id),
  batch_id bigint references batches (id),
  anchor text not null check (anchor in ('start', 'end', 'enrolment', 'completion')),
  -- Calendar days from the anchor, negative before it: used with a clock time.
  days integer not null check (days between -60 and 60),
  -- HH:MM in the session's zone; empty: the rule counts minutes.
  clock text,
  -- Minutes from the anchor, negative before it: used without a clock time.
  minutes integer not null check (minutes between -86400 and 86400),
  -- With a clock time: so many minutes before the start, when that is earlier.
  at_latest integer check (at_latest between 0 and 1440),
  audience text not null check (audience in
    ('enrolled', 'waiting', 'absent', 'unanswered', 'trainers', 'unit_admins')),
  template text not null check (template in
    ('reminder', 'question', 'absence', 'completion', 'roster', 'overdue')),
  -- The person's own, or both under one another.
  language text not null check (language in ('person', 'both')),
  is_on boolean not null default true,
  created_at timestamp not null,
  updated_at timestamp not null
);
create index reminder_rules_by_course on reminder_rules (course_id);
create index reminder_rules_by_batch on reminder_rules (batch_id);

-- The defaults. Ids of the application are far above these.
insert into reminder_rules (id, code, anchor, days, clock, minutes, at_latest, audience, template,
  language, created_at, updated_at) values
  (1, 'three_days', 'start', -3, '11:00', 0, null, 'enrolled', 'reminder', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (2, 'one_day', 'start', -1, '11:00', 0, null, 'enrolled', 'question', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (3, 'same_day', 'start', 0, '08:00', 0, 180, 'enrolled', 'reminder', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (4, 'roster', 'start', -1, '18:00', 0, null, 'trainers', 'roster', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (5, 'absence', 'end', 1, '10:00', 0, null, 'absent', 'absence', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (6, 'completion', 'completion', 0, null, 0, null, 'enrolled', 'completion', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (7, 'overdue_1', 'end', 1, '09:00', 0, null, 'trainers', 'overdue', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00'),
  (8, 'overdue_3', 'end', 3, '09:00', 0, null, 'trainers', 'overdue', 'person',
    '2026-11-25 00:00:00', '2026-11-25 00:00:00');
