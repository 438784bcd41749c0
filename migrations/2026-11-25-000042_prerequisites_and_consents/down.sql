drop table consents;
drop table course_prerequisites;
