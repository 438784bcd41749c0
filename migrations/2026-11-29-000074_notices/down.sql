drop index letters_notice_ended;
drop index letters_by_notice;
delete from letters where kind = 'notice';
alter table letters drop column notice_id;
drop table notices;
