-- Hand-overs to the mail server that were begun and whose end is not written down: over nothing,
-- the letter has perhaps arrived. `attempts` counts all hand-overs; taking in hand is none.
alter table letters add column handed integer not null default 0;
-- How often a letter was taken over from a worker that died with it in hand.
alter table letters add column take_overs integer not null default 0;
-- Nobody knows of those in hand while this runs.
update letters set handed = 1 where state = 'leased';
