-- Why a batch is not held: what everybody on it is told. Empty while it is open.
alter table batches add column cancel_reason text;
