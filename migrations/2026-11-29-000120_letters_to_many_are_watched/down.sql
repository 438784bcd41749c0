drop index letters_digests;
drop index letters_sign_in;
delete from letters where kind = 'notice_news';
alter table letters add column kind_before text not null default 'reminder' check (kind_before in (
  'sign_in', 'confirmation', 'waiting', 'invitation', 'reminder', 'change', 'cancellation',
  'withdrawal', 'offer', 'lapse', 'request', 'decision', 'held', 'apology', 'absence', 'completion',
  'roster', 'overdue', 'conflict', 'digest', 'weekly', 'notice', 'bounce', 'import'));
update letters set kind_before = kind;
alter table letters drop column kind;
alter table letters rename column kind_before to kind;
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
create index letters_digests on letters (state) where kind = 'digest';

drop table notice_writers;
drop index notices_by_confirmer;
alter table notices drop column sent_back_reason;
alter table notices drop column sent_back_by;
alter table notices drop column approved_at;
alter table notices drop column approved_by;
drop index notices_at_work;
alter table notices add column state_before text not null default 'draft' check (state_before in (
  'draft', 'going', 'paused', 'done', 'cancelled', 'aborted'));
update notices set state_before = case
  when state = 'waiting' then 'draft' when state = 'revoked' then 'aborted' else state end;
alter table notices drop column state;
alter table notices rename column state_before to state;
create index notices_at_work on notices (state) where state in ('going', 'paused');
