-- One badge that is no longer good. A badge is not kept: it is a signature over a person and a number,
-- and the number of the good one is one more than that of the last that was revoked.
create table badge_revocations (
  person_id bigint not null references people (id) on delete cascade,
  number integer not null check (number >= 1),
  reason text not null,
  revoked_by bigint references people (id),
  revoked_at timestamp not null,
  primary key (person_id, number)
);
