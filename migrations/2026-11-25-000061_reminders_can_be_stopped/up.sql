-- A person who wants no more reminders: stopped by the link in a letter, or on the own profile.
-- Changes and cancellations go on. The row goes when reminders are wanted again.
create table unsubscribes (
  person_id bigint primary key not null references people (id) on delete cascade,
  stopped_at timestamp not null
);
