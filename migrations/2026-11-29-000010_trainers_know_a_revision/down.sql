alter table session_trainers drop column revision;
