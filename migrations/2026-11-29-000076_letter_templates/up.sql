-- One version of the own text of a letter. The newest of a letter holds; versions are never changed, so
-- that it can be seen who wrote what, and an old one put back as a new one.
create table letter_templates (
  id bigint primary key not null,
  -- Which letter, in which case: the words are the program's, and a version whose word it no longer
  -- knows is passed over.
  letter text not null,
  number integer not null check (number >= 1),
  -- Without a value the text that comes with the program, also when that is improved later. An empty
  -- closing text is none at all.
  subject_hi text,
  opening_hi text,
  closing_hi text,
  subject_en text,
  opening_en text,
  closing_en text,
  -- The version that was put back; 0 is the text that comes with the program.
  copy_of integer,
  made_by bigint not null references people (id),
  made_at timestamp not null,
  unique (letter, number)
);
