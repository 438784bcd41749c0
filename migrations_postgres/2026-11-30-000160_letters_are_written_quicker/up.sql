-- Bytes of letters are stored as they are: they are mostly base64, which shrinks by a third at best, and to try
-- took more than half of what writing them takes (155 microseconds a letter, 43 without).
alter table letter_bodies alter column body set storage external;

-- The row of a letter changes four times on its way. With room beside it, what no index hears of (address, tries)
-- stays on the same page and touches no index.
alter table letters set (fillfactor = 45);
