alter table letters drop column take_overs;
alter table letters drop column handed;
