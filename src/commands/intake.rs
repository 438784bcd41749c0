//! What `units import`, `people import` and `enrolments import` share: reading the file, telling the report.

use std::fs;
use std::path::Path;

use crate::commands::args::ImportArgs;
use crate::kit::db::{self, Db};
use crate::kit::fault::Fault;
use crate::kit::intake::{Report, Told, Wishes};
use crate::kit::site::{Site, Stamp};
use crate::kit::tables::{MOST_BYTES, Table};

/// Errors and notes of a printed report; JSON and `--refused` have them all.
const MOST_PRINTED: usize = 50;

/// Takes a file in, in one transaction: 0 when every row went in, 3 when some were refused.
pub fn of_file(
    site: &Site,
    args: &ImportArgs,
    take: impl Fn(&mut Db, &Table, &Wishes, &Stamp) -> Result<Report, Fault>,
) -> Result<u8, String> {
    let table = read(site, &args.file)?;
    let wishes =
        Wishes { columns: args.columns.clone(), sets: args.sets.clone(), only: args.only.clone() };
    let stamp = site.stamp();
    let done = site.write_here(|db| {
        if args.dry_run {
            db::rehearse(db, |db| take(db, &table, &wishes, &stamp))
        } else {
            take(db, &table, &wishes, &stamp)
        }
    });
    let mut report = done.map_err(|fault| told(site, &fault))?;
    report.dry_run = args.dry_run;
    if let Some(path) = &args.refused {
        let text = report.refused_csv(&table, site.texts(), site.language);
        fs::write(path, format!("\u{FEFF}{text}"))
            .map_err(|e| format!("{}: {e}", path.display()))?;
    }
    print(site, &report.told(site.texts(), site.language), args.json)?;
    Ok(if report.refused() == 0 { 0 } else { 3 })
}

fn read(site: &Site, path: &Path) -> Result<Table, String> {
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    let too_large = || site.texts().say(site.language, "error-file-too-large");
    if fs::metadata(path).map_err(say)?.len() > MOST_BYTES as u64 {
        return Err(format!("{}: {}", path.display(), too_large()));
    }
    Table::read(&fs::read(path).map_err(say)?).map_err(|e| {
        let args = [("line", e.line.to_string())];
        let why = site.texts().say_with(site.language, &format!("error-{}", e.code), &args);
        format!("{}: {why}", path.display())
    })
}

fn told(site: &Site, fault: &Fault) -> String {
    let Fault::Invalid(fields) = fault else { return fault.to_string() };
    let messages = site.views.messages(site.language, fields);
    messages.iter().map(|(name, why)| format!("--{name}: {why}")).collect::<Vec<_>>().join("\n")
}

fn print(site: &Site, told: &Told, json: bool) -> Result<(), String> {
    if json {
        println!("{}", serde_json::to_string_pretty(told).map_err(|e| e.to_string())?);
        return Ok(());
    }
    let say = |key: &str, args: &[(&str, String)]| site.texts().say_with(site.language, key, args);
    for (field, header) in &told.columns {
        println!(
            "{}",
            say("imports-column-line", &[("field", field.clone()), ("header", header.clone())])
        );
    }
    let row = say("imports-row", &[]);
    for note in told.notes.iter().take(MOST_PRINTED) {
        match note.row {
            Some(n) => println!("{row} {n}: {}", note.detail),
            None => println!("{}", note.detail),
        }
    }
    if told.notes.len() > MOST_PRINTED {
        println!("… +{}", told.notes.len() - MOST_PRINTED);
    }
    for e in told.errors.iter().take(MOST_PRINTED) {
        println!("{row} {}, {} {:?}: {}", e.row, e.column, e.value, e.detail);
    }
    if told.errors.len() > MOST_PRINTED {
        let count = (told.errors.len() - MOST_PRINTED).to_string();
        println!("{}", say("imports-more", &[("count", count)]));
    }
    let numbers = [
        ("created", told.created.to_string()),
        ("updated", told.updated.to_string()),
        ("unchanged", told.unchanged.to_string()),
        ("refused", told.refused.to_string()),
        ("left", told.not_selected.to_string()),
    ];
    println!("{}", say("imports-summary", &numbers));
    if told.dry_run {
        println!("{}", say("imports-dry-run", &[]));
    }
    Ok(())
}
