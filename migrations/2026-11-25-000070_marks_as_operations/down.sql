drop table disagreements;
alter table marks drop column source;
alter table mark_events drop column reason;
alter table mark_events drop column offset_ms;
alter table mark_events drop column sequence;
alter table mark_events drop column device_at;
alter table mark_events drop column source;
