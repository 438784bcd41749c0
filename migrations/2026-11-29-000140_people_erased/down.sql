drop index people_erased;
alter table people drop column erased_at;
