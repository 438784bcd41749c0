alter table batches drop column cancel_reason;
