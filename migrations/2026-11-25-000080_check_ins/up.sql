-- One person's own tap at one session: what showed that he was in the hall, and on which phone.
create table check_ins (
  id bigint primary key not null,
  session_id bigint not null references sessions (id),
  person_id bigint not null references people (id),
  -- The hash of the phone's own secret: two people on one phone are told to the trainer.
  device text not null,
  -- How the phone knew whose it is: a visit, a phone remembered, the end of a phone number.
  way text not null check (way in ('visit', 'remembered', 'digits')),
  -- Which half minute of the hall's code was seen.
  step bigint not null,
  tapped_at timestamp not null,
  received_at timestamp not null,
  -- What the trainer should look at: a second person on one phone, a tap that was sent later.
  flag text check (flag in ('device', 'later')),
  settled_by bigint references people (id),
  settled_at timestamp,
  unique (session_id, person_id)
);
create index check_ins_by_device on check_ins (session_id, device);

-- A phone that remembers whose it is, with that person's consent: good for checking in, for nothing else.
create table remembered_phones (
  device text not null,
  person_id bigint not null references people (id) on delete cascade,
  made_at timestamp not null,
  until timestamp not null,
  primary key (device, person_id)
);
