//! `completion export`.

use std::fs;

use crate::commands::args::ExportArgs;
use crate::completion;
use crate::kit::site::Site;

pub fn export(site: &Site, args: &ExportArgs) -> Result<u8, String> {
    if !matches!(args.format.as_str(), "csv" | "json") {
        return Err(format!("--format {:?}: csv or json", args.format));
    }
    let text = site
        .read_here(|db| completion::export(db, None, &args.course, args.unit.as_deref(), &args.format))
        .map_err(|e| e.to_string())?;
    fs::write(&args.output, text).map_err(|e| format!("{}: {e}", args.output.display()))?;
    Ok(0)
}
