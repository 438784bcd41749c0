//! The people: officers and trainers first, then newcomers in the order in which they joined.

use chrono::Days;

use crate::demo::ZONE;
use crate::demo::dice::Dice;
use crate::demo::names;
use crate::demo::store::{self, Cargo};
use crate::demo::tree::{Block, Home, Tree};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{GrantId, Ids, OfficeId, OfficeKindId, PersonId, UnitId};
use crate::kit::search;

/// Where the three whom a visitor of the demo can be are reached.
pub const STATE_ADMIN: &str = "admin@demo.example.org";
pub const TRAINER: &str = "trainer@demo.example.org";
pub const NEWCOMER: &str = "newcomer@demo.example.org";

/// One person, as far as the rest of the story needs to know.
#[derive(Clone)]
pub struct Member {
    pub id: PersonId,
    pub unit: UnitId,
    pub address: Option<String>,
    pub known_since: Moment,
}

pub struct Crowd {
    pub state_admin: PersonId,
    /// The trainer whose session is on right now.
    pub trainer: PersonId,
    /// By district, then by block.
    pub districts: Vec<DistrictCrowd>,
}

pub struct DistrictCrowd {
    pub admin: PersonId,
    pub blocks: Vec<BlockCrowd>,
}

pub struct BlockCrowd {
    pub admin: PersonId,
    pub trainers: Vec<PersonId>,
    /// In the order in which they joined.
    pub newcomers: Vec<Member>,
}

/// People join over two years; a batch of the last eleven months finds half of them there.
const JOINING_DAYS: i64 = 700;

/// Writes everybody. `begun` is when the department started to keep its lists.
pub fn gather(
    cargo: &mut Cargo,
    db: &mut Db,
    tree: &Tree,
    count: u32,
    seed: u64,
    begun: Moment,
) -> Result<Crowd, Fault> {
    let mut registrar = Registrar {
        cargo,
        dice: Dice::new(seed ^ 0x6372_6f77),
        ids: Ids::seeded(seed),
        begun,
        step: JOINING_DAYS * 86_400 / i64::from(count.max(1)),
        written: 0,
    };
    let mut crowd = officers(&mut registrar, tree);
    trainers(&mut registrar, tree, &mut crowd, count);
    newcomers(&mut registrar, db, tree, &mut crowd, count)?;
    Ok(crowd)
}

fn officers(registrar: &mut Registrar<'_>, tree: &Tree) -> Crowd {
    let state = Home { unit: tree.state, constituency: None };
    let state_admin = registrar.officer(state, "admin", tree.state, None, Some(STATE_ADMIN));
    registrar.office(STATE_IN_CHARGE, tree.state, state_admin);
    registrar.officer(state, "auditor", tree.state, Some(state_admin), Some(AUDITOR));
    let mut districts = vec![];
    for district in &tree.districts {
        let office = Home { unit: district.unit, constituency: None };
        let admin = registrar.officer(office, "admin", district.unit, Some(state_admin), None);
        registrar.office(DISTRICT_IN_CHARGE, district.unit, admin);
        let blocks = district.blocks.iter().enumerate().map(|(n, block)| {
            let office = Home { unit: block.unit, constituency: None };
            let admin = registrar.officer(office, "admin", block.unit, Some(admin), None);
            // A vacant office is normal: every third block has one.
            if n % 3 != 2 {
                registrar.office(BLOCK_IN_CHARGE, block.unit, admin);
            }
            BlockCrowd { admin, trainers: vec![], newcomers: vec![] }
        });
        let blocks = blocks.collect();
        districts.push(DistrictCrowd { admin, blocks });
    }
    let story = &tree.districts[0];
    let home = story.blocks[0].homes[0];
    let by = districts[0].admin;
    let trainer = registrar.officer(home, "trainer", story.unit, Some(by), Some(TRAINER));
    Crowd { state_admin, trainer, districts }
}

/// One for sixty people and at least one for every block.
fn trainers(registrar: &mut Registrar<'_>, tree: &Tree, crowd: &mut Crowd, count: u32) {
    let blocks: usize = tree.districts.iter().map(|d| d.blocks.len()).sum();
    let mut left = (count as usize / 60).max(blocks);
    while left > 0 {
        for (district, their) in tree.districts.iter().zip(&mut crowd.districts) {
            for (block, their) in district.blocks.iter().zip(&mut their.blocks) {
                if left == 0 {
                    return;
                }
                left -= 1;
                let home = *registrar.dice.pick(&block.homes);
                let by = Some(their.admin);
                their.trainers.push(registrar.officer(home, "trainer", block.unit, by, None));
            }
        }
    }
}

fn newcomers(
    registrar: &mut Registrar<'_>,
    db: &mut Db,
    tree: &Tree,
    crowd: &mut Crowd,
    count: u32,
) -> Result<(), Fault> {
    let blocks: Vec<(usize, usize, &Block)> = tree
        .districts
        .iter()
        .enumerate()
        .flat_map(|(d, district)| {
            district.blocks.iter().enumerate().map(move |(b, block)| (d, b, block))
        })
        .collect();
    let offices: Vec<String> =
        tree.districts.iter().map(|d| format!("जिला कार्यालय, {}", d.name.hi)).collect();
    let mut address = Some(NEWCOMER);
    while registrar.written < count as usize {
        // The first one is the newcomer of the demo, who lives where its session is.
        let (d, b, block) = match address {
            Some(_) => blocks[0],
            None => *registrar.dice.pick(&blocks),
        };
        let home = *registrar.dice.pick(&block.homes);
        let member = registrar.newcomer(home, &offices[d], address.take());
        crowd.districts[d].blocks[b].newcomers.push(member);
        registrar.cargo.unload_when_heavy(db)?;
    }
    registrar.cargo.unload(db)
}

/// Kinds of offices as the migration makes them.
const STATE_IN_CHARGE: OfficeKindId = OfficeKindId(1);
const DISTRICT_IN_CHARGE: OfficeKindId = OfficeKindId(4);
const BLOCK_IN_CHARGE: OfficeKindId = OfficeKindId(5);

const AUDITOR: &str = "auditor@demo.example.org";

struct Registrar<'a> {
    cargo: &'a mut Cargo,
    dice: Dice,
    ids: Ids,
    begun: Moment,
    /// Seconds between two people.
    step: i64,
    written: usize,
}

impl Registrar<'_> {
    fn officer(
        &mut self,
        home: Home,
        role: &'static str,
        unit: UnitId,
        by: Option<PersonId>,
        address: Option<&str>,
    ) -> PersonId {
        let at = self.now();
        let number = self.written;
        let mut person = self.person(home);
        person.language = Some("hi");
        let id = person.id;
        let own = format!("{role}{number}@office.example.org");
        self.keep(person, address.unwrap_or(&own).to_owned(), at);
        self.cargo.grants.push(store::Grant {
            id: GrantId(self.ids.next(at)),
            person_id: id,
            role,
            unit_id: Some(unit),
            valid_from: Some(at.date_in(ZONE)),
            granted_by: by,
            created_at: at,
        });
        id
    }

    /// The post that goes with a role, from the day on which it was given.
    fn office(&mut self, kind_id: OfficeKindId, unit_id: UnitId, person_id: PersonId) {
        let at = self.now();
        self.cargo.offices.push(store::Office {
            id: OfficeId(self.ids.next(at)),
            kind_id,
            unit_id,
            person_id,
            valid_from: at.date_in(ZONE),
            appointed_by: None,
            created_at: at,
        });
    }

    fn newcomer(&mut self, home: Home, office: &str, address: Option<&str>) -> Member {
        let at = self.now();
        let mut person = self.person(home);
        let days = self.dice.below(20) as u64;
        let today = at.date_in(ZONE);
        person.joined_on = Some(today.checked_sub_days(Days::new(days)).unwrap_or(today));
        person.previous_party = Some(self.dice.pick(names::PARTIES).0);
        person.admitted_by = Some(office.to_owned());
        let address = match address {
            Some(address) => Some(address.to_owned()),
            None if self.dice.chance(35) => Some(self.address(&person)),
            None => None,
        };
        let member = Member { id: person.id, unit: home.unit, address, known_since: at };
        match &member.address {
            Some(address) => self.keep(person, address.clone(), at),
            None => self.keep_without_address(person, at),
        }
        member
    }

    fn now(&self) -> Moment {
        self.begun.plus_seconds(self.written as i64 * self.step)
    }

    fn person(&mut self, home: Home) -> store::Person {
        let at = self.now();
        let family = names::family(&mut self.dice);
        let other = self.dice.chance(80).then_some(family.name.en);
        let latin = other.as_deref().unwrap_or_default();
        store::Person {
            id: PersonId(self.ids.next(at)),
            unit_id: home.unit,
            constituency_id: home.constituency,
            folded: search::fold_all([family.name.hi.as_str(), latin]),
            name: family.name.hi,
            name_other: other,
            relation_name: self.dice.chance(85).then_some(family.relation.hi),
            previous_party: None,
            joined_on: None,
            admitted_by: None,
            language: Some(if self.dice.chance(70) { "hi" } else { "en" }),
            gender: self.dice.chance(90).then_some(family.gender),
            created_at: at,
            updated_at: at,
        }
    }

    /// One's own, or in one of fifty cases that of the service centre around the corner.
    fn address(&mut self, person: &store::Person) -> String {
        if self.dice.chance(2) {
            return format!("centre{}@kendra.example.org", self.written / 200);
        }
        let name = person.folded.split("  ").next().unwrap_or_default().replace(' ', ".");
        let post = *self.dice.pick(&["mail", "post", "dak", "patra"]);
        format!("{name}.{}@{post}.example.org", self.written)
    }

    fn keep(&mut self, person: store::Person, address: String, at: Moment) {
        self.cargo.emails.push(store::Email {
            id: self.ids.next(at),
            person_id: person.id,
            position: 0,
            folded: address.to_lowercase(),
            address,
        });
        self.keep_without_address(person, at);
    }

    fn keep_without_address(&mut self, person: store::Person, at: Moment) {
        let mut words: Vec<&str> = person.folded.split_whitespace().collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            let word = word.to_owned();
            self.cargo.name_words.push(store::NameWord { word, person_id: person.id });
        }
        if self.dice.chance(95) {
            // In one of fifty families two people use the same phone.
            let own = self.written - usize::from(self.written > 0 && self.dice.chance(2));
            self.phone(person.id, 0, 99, own, at);
            if self.dice.chance(8) {
                self.phone(person.id, 1, 98, own, at);
            }
        }
        self.written += 1;
        self.cargo.people.push(person);
    }

    fn phone(&mut self, person: PersonId, position: i32, series: u32, number: usize, at: Moment) {
        self.cargo.phones.push(store::Phone {
            id: self.ids.next(at),
            person_id: person,
            position,
            number: format!("+91999{series}{:05}", number % 100_000),
        });
    }
}
