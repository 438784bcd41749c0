-- A letter to many to more people than one admin may write to alone waits for a second one; it ends
-- by itself when the right of whoever let it go is gone. A column's check cannot be changed on
-- SQLite, so the column moves.
drop index notices_at_work;
alter table notices add column state_next text not null default 'draft' check (state_next in (
  'draft', 'waiting', 'going', 'paused', 'done', 'cancelled', 'aborted', 'revoked'));
update notices set state_next = state;
alter table notices drop column state;
alter table notices rename column state_next to state;
-- The ticker looks for those that have something to do, and for those whose writers may no more.
create index notices_at_work on notices (state) where state in ('waiting', 'going', 'paused');

-- The second one, who agreed to it as it stood.
alter table notices add column approved_by bigint references people (id);
alter table notices add column approved_at timestamp;
-- Or did not, and why: said on the draft that it is again until it is confirmed anew.
alter table notices add column sent_back_by bigint references people (id);
alter table notices add column sent_back_reason text;
-- How many people somebody wrote to in a day.
create index notices_by_confirmer on notices (confirmed_by) where confirmed_by is not null;

-- Whoever confirms letters to many: touching the row puts two confirmations of one person in line,
-- so that the second counts the first.
create table notice_writers (
  person_id bigint primary key not null references people (id) on delete cascade,
  asked_at timestamp not null
);

-- To the admins of a unit: what becomes of letters to many there.
drop index letters_sign_in;
drop index letters_digests;
alter table letters add column kind_next text not null default 'reminder' check (kind_next in (
  'sign_in', 'confirmation', 'waiting', 'invitation', 'reminder', 'change', 'cancellation',
  'withdrawal', 'offer', 'lapse', 'request', 'decision', 'held', 'apology', 'absence', 'completion',
  'roster', 'overdue', 'conflict', 'digest', 'weekly', 'notice', 'notice_news', 'bounce', 'import'));
update letters set kind_next = kind;
alter table letters drop column kind;
alter table letters rename column kind_next to kind;
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
create index letters_digests on letters (state) where kind = 'digest';
