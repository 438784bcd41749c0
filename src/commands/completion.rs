//! `completion export`.

use std::fs;

use crate::commands::args::ExportArgs;
use crate::completion::{self, Format};
use crate::kit::site::Site;

pub fn export(site: &Site, args: &ExportArgs) -> Result<u8, String> {
    let format = match args.format.as_str() {
        "csv" => Format::Csv,
        "json" => Format::Json,
        other => return Err(format!("--format {other:?}: csv or json")),
    };
    let unit = args.unit.clone().unwrap_or_default();
    let text = site
        .read_here(|db| completion::export(db, None, &args.course, &unit, format))
        .map_err(|e| e.to_string())?;
    fs::write(&args.output, text).map_err(|e| format!("{}: {e}", args.output.display()))?;
    Ok(0)
}
