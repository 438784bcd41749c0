drop table trainer_absences;
drop table trainer_hours;
