drop table offers;
alter table enrolment_moves drop column act;
drop index enrolments_asked;
alter table enrolments drop column decider_id;
alter table enrolments drop column asked_by;
alter table enrolments drop column way;
drop index enrolments_waiting;
drop index enrolments_by_person;
drop index enrolments_by_place;
alter table enrolments add column place_next text not null default 'waiting' check (place_next in (
  'seat', 'waiting', 'withdrawn'));
update enrolments set place_next = case when place in ('seat', 'withdrawn') then place else 'waiting' end;
alter table enrolments drop column place;
alter table enrolments rename column place_next to place;
create index enrolments_by_place on enrolments (batch_id, place, queued_at, id);
create index enrolments_by_person on enrolments (person_id, place);
