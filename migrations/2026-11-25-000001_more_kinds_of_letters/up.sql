-- Letters of the rooms to come: offers and decisions of the wait-list, absence and completion, the
-- trainers' and the units' own letters, notices to many. A column's check cannot be changed on
-- SQLite, so the column moves.
drop index letters_sign_in;
alter table letters add column kind_next text not null default 'reminder' check (kind_next in (
  'sign_in', 'confirmation', 'waiting', 'invitation', 'reminder', 'change', 'cancellation',
  'withdrawal', 'offer', 'lapse', 'request', 'decision', 'held', 'apology', 'absence', 'completion',
  'roster', 'overdue', 'conflict', 'digest', 'weekly', 'notice', 'bounce', 'import'));
update letters set kind_next = kind;
alter table letters drop column kind;
alter table letters rename column kind_next to kind;
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
