//! `prashikshan demo load`: the generator into the configured database.

use std::time::Instant;

use crate::demo;
use crate::kit::site::Site;

/// Loads and tells what was written, how long it took.
pub fn load(site: &Site, people: u32, seed: u64) -> Result<(), String> {
    let began = Instant::now();
    let loaded = demo::load(site, people, seed).map_err(|fault| match fault.word() {
        "not-empty" => "the database is not empty: demo data go into a fresh one only".to_owned(),
        _ => fault.to_string(),
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let total: usize = loaded.rows.values().sum();
    for (table, rows) in loaded.rows.iter().filter(|(_, rows)| **rows > 0) {
        println!("{rows:>9}  {table}");
    }
    println!("{total:>9}  rows in {seconds:.1} s ({:.0} rows/s)", total as f64 / seconds.max(0.001));
    Ok(())
}
