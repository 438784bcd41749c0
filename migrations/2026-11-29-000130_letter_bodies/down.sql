drop index letters_useless;
alter table letters add column body text;
update letters set body = (select b.body from letter_bodies b where b.letter_id = letters.id);
drop table letter_bodies;
