//! An invented state with its people and their training, the same for the same seed: for a first
//! look and for trials of any size. The only room that writes the tables of others, in batches,
//! because a hundred thousand people one use case at a time would take hours.

pub mod dice;
pub mod names;
pub mod store;
pub mod tree;
pub mod crowd;
pub mod plan;
pub mod history;
pub mod notices;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_json::json;

use crate::completion;
use crate::demo::store::Cargo;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{Ids, PersonId};
use crate::kit::journal::{self, Entry};
use crate::kit::site::Site;

/// The invented state lies where the first real one does.
pub const ZONE: Tz = Tz::Asia__Kolkata;

/// Fewer could not fill three districts with officers and one batch with newcomers.
pub const FEWEST: u32 = 120;

/// What stands in the database now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    pub state_admin: PersonId,
    /// Has a session right now.
    pub trainer: PersonId,
    /// Has an address, some marks and sessions to come.
    pub newcomer: PersonId,
    /// How many rows of each table were written.
    pub rows: BTreeMap<&'static str, usize>,
}

/// Fills an empty, migrated database in one transaction.
pub fn load(site: &Site, people: u32, seed: u64) -> Result<Loaded, Fault> {
    let mut db = site.database.writer()?;
    store::widen_cache(&mut db)?;
    let loaded =
        crate::kit::db::write(&mut db, |db| fill(db, people.max(FEWEST), seed, site.now()));
    store::settle(&mut db)?;
    loaded
}

fn fill(db: &mut Db, people: u32, seed: u64, now: Moment) -> Result<Loaded, Fault> {
    if store::has_units(db)? {
        return Err(Fault::conflict("not-empty"));
    }
    let begun = now.plus_days(-730);
    let mut cargo = Cargo::default();
    let tree = tree::grow(&mut cargo, people, seed, begun);
    cargo.unload(db)?;
    let crowd = crowd::gather(&mut cargo, db, &tree, people, seed, begun.plus_days(20))?;
    let (state_admin, trainer) = (crowd.state_admin, crowd.trainer);
    let district_admin = crowd.districts[0].admin;
    let plan = plan::draw(&mut cargo, &tree, crowd, seed, now);
    let newcomer = plan.newcomer().ok_or(Fault::NotFound)?;
    // One generator for both: each knows only what it gave itself.
    let ids = Ids::seeded(seed);
    history::tell(&mut cargo, db, &plan, &ids, seed, now)?;
    cargo.unload(db)?;
    let writers = notices::Writers { state_admin, district_admin };
    notices::write(&mut cargo, db, &tree, writers, &ids, seed, now)?;
    cargo.unload(db)?;
    completion::recount_all(db, now)?;
    let detail = json!({ "people": people, "seed": seed.to_string(), "rows": cargo.arrived });
    let entry = Entry {
        actor: None,
        action: "demo loaded",
        subject: format!("unit/{}", tree.state),
        unit: Some(tree.state),
        detail,
    };
    journal::note(db, entry, now)?;
    Ok(Loaded { state_admin, trainer, newcomer, rows: cargo.arrived })
}
