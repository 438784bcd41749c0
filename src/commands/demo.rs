//! `demo`: a fresh house of invented people, served; `demo load`: the same into any database.

use std::path::PathBuf;
use std::time::Instant;

use crate::access;
use crate::commands::args::{Demo, DemoLoad};
use crate::commands::{open, serve, start};
use crate::demo::{self, Loaded};
use crate::kit::settings::Settings;
use crate::kit::site::Site;

/// Where the demo lives: made anew at each start.
const FOLDER: &str = "data/demo";

pub fn run(settings: Settings, args: Demo) -> Result<u8, String> {
    if let Some(DemoLoad::Load { people, seed }) = args.load {
        load(&open::site(&settings)?, people, seed)?;
        return Ok(0);
    }
    let settings = demo_settings(settings, &args)?;
    let site = open::site(&settings)?;
    let loaded = load(&site, args.people, args.seed)?;
    links(&site, &loaded)?;
    start(serve::run(site, &settings))
}

/// A folder of its own, so that nothing of a real house is touched.
fn demo_settings(mut settings: Settings, args: &Demo) -> Result<Settings, String> {
    let folder = PathBuf::from(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{FOLDER}: {e}"))?;
    }
    settings.database_url = format!("sqlite://{FOLDER}/prashikshan.db");
    settings.mail_dir = folder.join("mail");
    settings.smtp = None;
    settings.secret_key = None;
    settings.listen = args.listen.clone();
    settings.base_url = format!("http://{}", args.listen);
    settings.tick_seconds = settings.tick_seconds.min(5);
    Ok(settings)
}

/// Loads and tells what was written, how long it took.
fn load(site: &Site, people: u32, seed: u64) -> Result<Loaded, String> {
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
    println!(
        "{total:>9}  rows in {seconds:.1} s ({:.0} rows/s)",
        total as f64 / seconds.max(0.001)
    );
    Ok(loaded)
}

fn links(site: &Site, loaded: &Loaded) -> Result<(), String> {
    println!();
    for (who, person) in [
        ("state admin", loaded.state_admin),
        ("trainer", loaded.trainer),
        ("newcomer", loaded.newcomer),
    ] {
        let stamp = site.stamp();
        let token = site
            .write_here(|db| access::make_link(db, person, 24 * 60, &stamp))
            .map_err(|e| e.to_string())?;
        println!("{who:12} {}/l/{token}", site.base_url);
    }
    println!("\nletters go to {FOLDER}/mail; ctrl-c ends the demo");
    Ok(())
}
