-- The bytes of a letter, fixed before its first try. In a table of their own: a letter's row changes
-- at every step of its way, and each change would write the bytes again.
create table letter_bodies (
  letter_id bigint primary key not null references letters (id) on delete cascade,
  body text not null
);
insert into letter_bodies (letter_id, body) select id, body from letters where body is not null;
alter table letters drop column body;

-- What nobody can send any more is found without walking over everything that is due.
create index letters_useless on letters (useless_after) where state = 'planned';
