//! `journal verify`.

use serde_json::json;

use crate::journal::{self, Verdict};
use crate::kit::site::Site;

pub fn verify(site: &Site, as_json: bool) -> Result<u8, String> {
    let verdict = site.read_here(journal::verify).map_err(|e| e.to_string())?;
    let (whole, text) = match verdict {
        Verdict::Whole(n) => (true, format!("{n} entries, the chain is whole")),
        Verdict::BrokenAt(n) => (false, format!("entry {n} is not as it was written")),
        Verdict::CutAt(n) => (false, format!("entry {n} and what followed are gone")),
    };
    if as_json {
        println!("{}", json!({ "whole": whole, "detail": text }));
    } else {
        println!("{text}");
    }
    Ok(u8::from(!whole))
}
