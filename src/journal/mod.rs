//! Reading the journal, and proving that nobody rewrote it.

pub mod store;
pub mod pages;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::journal::{MENDER, MENDS, is_mended, link};

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

/// What a walk found, and what it took for mended.
#[derive(Debug, PartialEq, Eq)]
pub struct Proof {
    pub verdict: Verdict,
    /// Entries that read otherwise than they were written, by the entry that vouches for them.
    pub mended: BTreeMap<i64, Vec<i64>>,
}

impl Proof {
    /// How many entries were mended.
    pub fn count(&self) -> usize {
        self.mended.values().map(Vec::len).sum()
    }
}

/// The seals of entries that an entry says it mended; only an erasure does.
pub fn seals(action: &str, detail: &str) -> Vec<(i64, String)> {
    if action != MENDER || !detail.contains(MENDS) {
        return vec![];
    }
    let detail: Value = serde_json::from_str(detail).unwrap_or_default();
    let all = detail[MENDS].as_object().into_iter().flatten();
    all.filter_map(|(at, seal)| Some((at.parse().ok()?, seal.as_str()?.to_owned()))).collect()
}

/// As `prove`, for whoever asks only whether the chain is whole.
pub fn verify(db: &mut Db, secret: &str) -> Result<Verdict, Fault> {
    Ok(prove(db, secret)?.verdict)
}

/// Walks the whole chain in bounded memory. An entry that reads otherwise than it was written is
/// taken only as a later erasure says that it was mended (`kit/journal.rs`), under a seal that
/// nobody makes who has no more than the database.
pub fn prove(db: &mut Db, secret: &str) -> Result<Proof, Fault> {
    let (mut position, mut hash) = (0, String::new());
    let mut otherwise: BTreeMap<i64, String> = BTreeMap::new();
    let mut mended: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let is = |verdict, mended| Ok(Proof { verdict, mended });
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
                return is(Verdict::BrokenAt(first.unwrap_or(position + 1)), mended);
            }
            for (at, seal) in seals(&row.action, &row.detail) {
                if otherwise.get(&at).is_some_and(|reads| is_mended(secret, reads, &seal)) {
                    otherwise.remove(&at);
                    mended.entry(row.position).or_default().push(at);
                }
            }
            if made != row.hash {
                otherwise.insert(row.position, made);
            }
            (position, hash) = (row.position, row.hash);
        }
    }
    if let Some(first) = otherwise.keys().next() {
        return is(Verdict::BrokenAt(*first), mended);
    }
    let (end, last) = store::head(db)?;
    if (end, &last) == (position, &hash) {
        is(Verdict::Whole(position), mended)
    } else {
        is(Verdict::CutAt(position + 1), mended)
    }
}
