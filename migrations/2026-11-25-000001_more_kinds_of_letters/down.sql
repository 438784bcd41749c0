drop index letters_sign_in;
delete from letters where kind not in ('sign_in', 'confirmation', 'waiting', 'invitation', 'reminder',
  'change', 'cancellation', 'withdrawal');
alter table letters add column kind_before text not null default 'reminder' check (kind_before in (
  'sign_in', 'confirmation', 'waiting', 'invitation', 'reminder', 'change', 'cancellation',
  'withdrawal'));
update letters set kind_before = kind;
alter table letters drop column kind;
alter table letters rename column kind_before to kind;
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
