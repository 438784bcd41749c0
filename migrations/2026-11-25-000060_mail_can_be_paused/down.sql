drop index letters_ended;
alter table letters drop column slot_at;
drop table mail_paces;
drop table mail_pauses;
