drop index letters_sign_in;
create index letters_sign_in on letters (next_try_at) where kind = 'sign_in' and state = 'planned';
