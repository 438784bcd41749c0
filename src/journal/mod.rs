//! Reading the journal, and proving that nobody rewrote it.

pub mod store;
pub mod pages;

use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::journal::link;

/// What a walk along the chain found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every one of so many entries is as it was written.
    Whole(i64),
    /// The first entry that is not.
    BrokenAt(i64),
    /// Entries at the end are gone: the head knows a later position.
    CutAt(i64),
}

const STEP: i64 = 1_000;

/// Walks the whole chain in bounded memory.
pub fn verify(db: &mut Db) -> Result<Verdict, Fault> {
    let (mut position, mut hash) = (0, String::new());
    loop {
        let links = store::links_after(db, position, STEP)?;
        if links.is_empty() {
            break;
        }
        for row in links {
            let made = link(
                &hash,
                row.position,
                row.at,
                row.actor,
                &row.action,
                &row.subject,
                row.unit,
                &row.detail,
            );
            if row.position != position + 1 || made != row.hash {
                return Ok(Verdict::BrokenAt(position + 1));
            }
            (position, hash) = (row.position, row.hash);
        }
    }
    let (end, last) = store::head(db)?;
    if (end, &last) == (position, &hash) {
        Ok(Verdict::Whole(position))
    } else {
        Ok(Verdict::CutAt(position + 1))
    }
}
