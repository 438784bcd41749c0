-- SQLite took the index of all that is planned, since it knows more about it (the state and the time,
-- here the time alone): with 100,000 letters waiting, each batch walked over all of them to find no
-- sign-in code.
drop index letters_sign_in;
create index letters_sign_in on letters (state, kind, next_try_at) where kind = 'sign_in' and state = 'planned';
