drop table trainer_knowledge;
