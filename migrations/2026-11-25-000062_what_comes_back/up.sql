-- One letter that came back from one address, or was refused there at once.
create table bounces (
  id bigint primary key not null,
  -- The report itself, so that reading it again counts nothing twice.
  key text not null unique,
  -- Lower case. Several people may share one address.
  folded text not null,
  -- The letter, when the report named it: only then does it count.
  letter_id bigint references letters (id) on delete cascade,
  is_final boolean not null,
  status text not null,
  said text not null,
  -- Before the address was last put right: no longer counted.
  forgiven boolean not null default false,
  at timestamp not null
);
create index bounces_by_address on bounces (folded, forgiven);
create index bounces_by_letter on bounces (letter_id);

-- An address that nothing is sent to any more, sign-in codes apart: three letters came back for good.
create table blocked_addresses (
  folded text primary key not null,
  blocked_at timestamp not null,
  said text not null
);
