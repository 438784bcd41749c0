//! Reading the journal, and proving that nobody rewrote it.

pub mod store;
pub mod pages;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::journal::{MENDS, link};

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

/// Entries that wait for the one that vouches for them: more than one person's are in any journal.
const MOST_MENDED: usize = 100_000;

/// The seals of entries that an entry says it mended.
fn mended(detail: &str) -> Vec<(i64, String)> {
    if !detail.contains(MENDS) {
        return vec![];
    }
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let all = detail[MENDS].as_object().into_iter().flatten();
    all.filter_map(|(at, seal)| Some((at.parse().ok()?, seal.as_str()?.to_owned()))).collect()
}

/// Walks the whole chain in bounded memory. An entry that reads otherwise than it was written is
/// taken only as a later one says that it was mended (`kit/journal.rs`), which must be whole itself
/// or vouched for by one that is.
pub fn verify(db: &mut Db) -> Result<Verdict, Fault> {
    let (mut position, mut hash) = (0, String::new());
    let mut otherwise: BTreeMap<i64, String> = BTreeMap::new();
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
            if row.position != position + 1 || otherwise.len() > MOST_MENDED {
                let first = otherwise.keys().next().copied();
                return Ok(Verdict::BrokenAt(first.unwrap_or(position + 1)));
            }
            for (at, seal) in mended(&row.detail) {
                if otherwise.get(&at) == Some(&seal) {
                    otherwise.remove(&at);
                }
            }
            if made != row.hash {
                otherwise.insert(row.position, made);
            }
            (position, hash) = (row.position, row.hash);
        }
    }
    if let Some(first) = otherwise.keys().next() {
        return Ok(Verdict::BrokenAt(*first));
    }
    let (end, last) = store::head(db)?;
    if (end, &last) == (position, &hash) {
        Ok(Verdict::Whole(position))
    } else {
        Ok(Verdict::CutAt(position + 1))
    }
}
