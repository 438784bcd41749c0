drop table unsubscribes;
