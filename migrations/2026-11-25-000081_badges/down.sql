drop table badge_revocations;
