drop table reminder_rules;
