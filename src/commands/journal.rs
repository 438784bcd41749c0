//! `journal verify`.

use serde_json::json;

use crate::journal::{self, Proof, Verdict};
use crate::kit::site::Site;

pub fn verify(site: &Site, as_json: bool) -> Result<u8, String> {
    let proof = site.read_here(|db| journal::prove(db, &site.secret)).map_err(|e| e.to_string())?;
    let whole = matches!(proof.verdict, Verdict::Whole(_));
    let text = told(&proof);
    if as_json {
        let by: Vec<_> = proof
            .mended
            .iter()
            .map(|(by, entries)| json!({ "erasure": by, "entries": entries }))
            .collect();
        let mended = json!({ "count": proof.count(), "by": by });
        println!("{}", json!({ "whole": whole, "detail": text, "mended": mended }));
    } else {
        println!("{text}");
    }
    Ok(u8::from(!whole))
}

/// What was found, and which entries read otherwise since an erasure.
pub fn told(proof: &Proof) -> String {
    let found = match proof.verdict {
        Verdict::Whole(n) => format!("{n} entries, the chain is whole"),
        Verdict::BrokenAt(n) => format!("entry {n} is not as it was written"),
        Verdict::CutAt(n) => format!("entry {n} and what followed are gone"),
    };
    let by: Vec<String> = proof
        .mended
        .iter()
        .map(|(by, entries)| format!("{} by entry {by}", entries.len()))
        .collect();
    if by.is_empty() {
        return format!("{found}; no entry was mended");
    }
    format!("{found}; mended by erasures: {} ({})", proof.count(), by.join(", "))
}
