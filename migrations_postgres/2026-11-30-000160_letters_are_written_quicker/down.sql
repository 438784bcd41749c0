alter table letter_bodies alter column body set storage extended;
alter table letters reset (fillfactor);
