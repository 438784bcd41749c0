drop table letter_templates;
