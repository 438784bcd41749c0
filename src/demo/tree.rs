//! The organisation of an invented state: districts, blocks, wards, booths, assembly seats.

use crate::demo::dice::Dice;
use crate::demo::names::{self, Name};
use crate::demo::store::{self, Cargo};
use crate::kit::clock::Moment;
use crate::kit::ids::{Ids, LevelId, UnitId};
use crate::kit::search;

/// What the other parts of the story need to find again.
pub struct Tree {
    pub state: UnitId,
    pub districts: Vec<District>,
}

pub struct District {
    pub unit: UnitId,
    pub name: Name,
    pub blocks: Vec<Block>,
}

pub struct Block {
    pub unit: UnitId,
    pub name: Name,
    /// The wards, villages and booths where people live.
    pub homes: Vec<Home>,
}

#[derive(Clone, Copy)]
pub struct Home {
    pub unit: UnitId,
    pub constituency: Option<UnitId>,
}

/// Code, ordinal, both names, electoral.
const LEVELS: [(&str, i32, &str, &str, bool); 7] = [
    ("state", 1, "प्रांत", "State", false),
    ("district", 2, "जिला", "District", false),
    ("assembly", 3, "विधानसभा क्षेत्र", "Assembly constituency", true),
    ("block", 4, "ब्लॉक", "Block", false),
    ("ward", 5, "वार्ड", "Ward", false),
    ("panchayat", 6, "ग्राम पंचायत", "Village panchayat", false),
    ("booth", 7, "बूथ", "Booth", false),
];
const STATE: usize = 0;
const DISTRICT: usize = 1;
const ASSEMBLY: usize = 2;
const BLOCK: usize = 3;
const WARD: usize = 4;
const PANCHAYAT: usize = 5;
const BOOTH: usize = 6;

/// How many people stand behind one district; the real ones number 55.
const PEOPLE_PER_DISTRICT: u32 = 1_800;

pub fn grow(cargo: &mut Cargo, people: u32, seed: u64, begun: Moment) -> Tree {
    let mut gardener = Gardener::new(seed, begun);
    let root = gardener.state();
    let count = (people / PEOPLE_PER_DISTRICT).clamp(3, 55) as usize;
    let districts: Vec<District> = (1..=count).map(|n| gardener.district(&root, n)).collect();
    cargo.levels = gardener.levels;
    cargo.units = gardener.units;
    Tree { state: root.id, districts }
}

/// A unit just planted: what its children take from it.
struct Planted {
    id: UnitId,
    path: String,
    code: String,
    name: Name,
}

struct Gardener {
    dice: Dice,
    ids: Ids,
    begun: Moment,
    levels: Vec<store::Level>,
    units: Vec<store::Unit>,
    /// The next place name, from where the dice fell.
    places: usize,
    seats: usize,
    booths: usize,
}

impl Gardener {
    fn new(seed: u64, begun: Moment) -> Self {
        let ids = Ids::seeded(seed);
        let levels = LEVELS
            .iter()
            .map(|&(code, ordinal, name_hi, name_en, electoral)| store::Level {
                id: LevelId(ids.next(begun)),
                code,
                ordinal,
                name_hi,
                name_en,
                electoral,
            })
            .collect();
        let mut dice = Dice::new(seed ^ 0x7472_6565);
        let places = dice.below(names::PLACES);
        Self { dice, ids, begun, levels, units: vec![], places, seats: 0, booths: 0 }
    }

    fn state(&mut self) -> Planted {
        let name = Name {
            hi: "मध्य प्रांत".to_owned(), en: "Madhya Prant".to_owned()
        };
        let root = self.plant(None, STATE, "MP".to_owned(), name, None);
        if let Some(unit) = self.units.last_mut() {
            unit.timezone = Some(super::ZONE.name());
        }
        root
    }

    fn district(&mut self, root: &Planted, number: usize) -> District {
        let name = self.place();
        let district = self.plant(Some(root), DISTRICT, format!("D{number:02}"), name, None);
        let seats: Vec<UnitId> = (0..4).map(|_| self.seat(&district)).collect();
        let blocks = self.dice.between(4, 7) as usize;
        let blocks = (1..=blocks).map(|n| self.block(&district, n, &seats)).collect();
        District { unit: district.id, name: district.name, blocks }
    }

    fn seat(&mut self, district: &Planted) -> UnitId {
        self.seats += 1;
        let name = self.place();
        self.plant(Some(district), ASSEMBLY, format!("AC{:03}", self.seats), name, None).id
    }

    fn block(&mut self, district: &Planted, number: usize, seats: &[UnitId]) -> Block {
        let name = self.place();
        let code = format!("{}-B{number}", district.code);
        let block = self.plant(Some(district), BLOCK, code, name, None);
        self.give_contact();
        let mut homes = vec![Home { unit: block.id, constituency: None }];
        for n in 1..=3 {
            let seat = *self.dice.pick(seats);
            let place = self.place();
            let name = Name {
                hi: format!("वार्ड {n}, {}", place.hi),
                en: format!("Ward {n}, {}", place.en),
            };
            let code = format!("{}-W{n}", block.code);
            let ward = self.plant(Some(&block), WARD, code, name, Some(seat));
            self.booths_of(&ward, &place, seat, &mut homes);
        }
        for n in 1..=self.dice.below(3) {
            let seat = *self.dice.pick(seats);
            let place = self.place();
            let name = Name {
                hi: format!("ग्राम पंचायत {}", place.hi),
                en: format!("{} Gram Panchayat", place.en),
            };
            let code = format!("{}-P{n}", block.code);
            let village = self.plant(Some(&block), PANCHAYAT, code, name, Some(seat));
            self.booths_of(&village, &place, seat, &mut homes);
        }
        Block { unit: block.id, name: block.name, homes }
    }

    fn booths_of(&mut self, above: &Planted, place: &Name, seat: UnitId, homes: &mut Vec<Home>) {
        let constituency = Some(seat);
        homes.push(Home { unit: above.id, constituency });
        for _ in 0..self.dice.between(2, 3) {
            self.booths += 1;
            let n = self.booths;
            let (hi, en) = *self.dice.pick(BUILDINGS);
            let name = Name {
                hi: format!("बूथ {n}, {hi} {}", place.hi),
                en: format!("Booth {n}, {en} {}", place.en),
            };
            let booth = self.plant(Some(above), BOOTH, format!("BO{n:05}"), name, constituency);
            homes.push(Home { unit: booth.id, constituency });
        }
    }

    fn place(&mut self) -> Name {
        // A stride without a common divisor walks through every name before one comes again.
        self.places = (self.places + 37) % names::PLACES;
        let turn = self.units.len() / names::PLACES;
        let mut name = names::place(self.places);
        if turn > 0 && self.dice.chance(60) {
            let (hi, en) = *self.dice.pick(SIDES);
            name = Name { hi: format!("{} {hi}", name.hi), en: format!("{} {en}", name.en) };
        }
        name
    }

    /// Whom a newcomer of this block without network calls.
    fn give_contact(&mut self) {
        let family = names::family(&mut self.dice);
        let number = 90_000 + self.units.len() % 10_000;
        if let Some(unit) = self.units.last_mut() {
            unit.contact_name = Some(family.name.hi);
            unit.contact_phone = Some(format!("+9199997{number:05}"));
        }
    }

    fn plant(
        &mut self,
        above: Option<&Planted>,
        level: usize,
        code: String,
        name: Name,
        constituency: Option<UnitId>,
    ) -> Planted {
        let id = UnitId(self.ids.next(self.begun));
        let path = format!("{}{:019}", above.map_or("", |a| a.path.as_str()), id.0);
        let census = matches!(level, DISTRICT | BLOCK | WARD | PANCHAYAT);
        let crowd = [0, 1_200_000, 0, 150_000, 9_000, 5_000, 0][level];
        let population = census.then(|| crowd + self.dice.between(0, crowd / 2));
        self.units.push(store::Unit {
            id,
            code: code.clone(),
            level_id: self.levels[level].id,
            parent_id: above.map(|a| a.id),
            constituency_id: constituency,
            path: path.clone(),
            folded: search::fold_all([name.hi.as_str(), name.en.as_str()]),
            name_hi: name.hi.clone(),
            name_en: name.en.clone(),
            census_code: census.then(|| format!("{:06}", 300_000 + self.units.len())),
            population,
            timezone: None,
            contact_name: None,
            contact_phone: None,
            created_at: self.begun,
            updated_at: self.begun,
        });
        Planted { id, path, code, name }
    }
}

const BUILDINGS: &[names::Word] = &[
    ("प्राथमिक शाला", "Primary School"),
    ("माध्यमिक शाला", "Middle School"),
    ("पंचायत भवन", "Panchayat Hall"),
    ("सामुदायिक भवन", "Community Hall"),
    ("आंगनवाड़ी", "Anganwadi"),
];

const SIDES: &[names::Word] =
    &[("खुर्द", "Khurd"), ("कलाँ", "Kalan"), ("पूर्व", "East"), ("पश्चिम", "West")];
