-- A list of people shows the first number of each: read from the index alone.
create index phones_in_order on phones (person_id, position, number);
