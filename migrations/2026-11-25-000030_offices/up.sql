-- Offices: who holds which post in which unit, from when to when. A vacant one is normal.

-- A kind of post, as the organisation itself calls it.
create table office_kinds (
  id bigint primary key not null,
  code text not null unique,
  ordinal integer not null,
  name_hi text not null,
  name_en text not null,
  -- The code of the level whose units have this post; empty: units of every level. No reference: a
  -- house makes its levels after this step.
  level text,
  -- Whether who holds it decides on requests (see people/offices).
  approves boolean not null default false,
  -- Whether several people hold it at once.
  several boolean not null default false
);

-- One person in one post of one unit for a time. Rows of the past are its history.
create table offices (
  id bigint primary key not null,
  kind_id bigint not null references office_kinds (id),
  unit_id bigint not null references units (id),
  person_id bigint not null references people (id),
  -- The first and the last day; without a last day until further notice.
  valid_from date not null,
  valid_to date,
  appointed_by bigint references people (id),
  created_at timestamp not null,
  check (valid_to is null or valid_to >= valid_from)
);
create index offices_by_unit on offices (unit_id, kind_id, valid_from);
create index offices_by_person on offices (person_id);

-- The usual posts; an organisation renames them and adds its own.
insert into office_kinds (id, code, ordinal, name_hi, name_en, level, approves, several) values
  (1, 'state-in-charge', 10, 'प्रदेश प्रभारी', 'State in-charge', 'state', true, false),
  (2, 'division-in-charge', 20, 'संभाग प्रभारी', 'Division in-charge', 'division', true, false),
  (3, 'district-president', 30, 'जिला अध्यक्ष', 'District president', 'district', false, false),
  (4, 'district-in-charge', 35, 'जिला प्रभारी', 'District in-charge', 'district', true, false),
  (5, 'block-in-charge', 50, 'ब्लॉक प्रभारी', 'Block in-charge', 'block', true, false),
  (6, 'mandal-in-charge', 60, 'मंडल प्रभारी', 'Mandal in-charge', 'mandal', true, false),
  (7, 'booth-agent', 80, 'बूथ एजेंट', 'Booth agent', 'booth', false, true),
  (8, 'election-committee', 90, 'चुनाव प्रबंधन समिति सदस्य',
   'Member of the election management committee', null, false, true);
