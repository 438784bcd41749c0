-- The revision of the session when its trainer was named: what he knows of it without a letter.
alter table session_trainers add column revision integer not null default 1;
