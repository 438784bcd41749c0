-- When a person was erased. The row stays without a name, since marks and counts hang on it; with a
-- value here it is nobody's whom a list, a search or an address may show.
alter table people add column erased_at timestamp;
-- Few: what counts people takes them off again, and a letter to one is stopped by a look into this.
create index people_erased on people (id, unit_id) where erased_at is not null;
