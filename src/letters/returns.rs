//! What comes back, read from the Maildir that the mail server puts it into.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

use crate::kit::fault::Fault;
use crate::kit::ids;
use crate::kit::mail::dsn;
use crate::kit::site::Site;
use crate::post::bounces;

/// Files in one turn; the rest waits for the next.
const AT_ONCE: usize = 500;
/// A report brings a letter of ours back: what is larger is something else.
const MOST_BYTES: u64 = 2 * 1024 * 1024;

/// Reads what is new; gives how many letters came back. Reports are marked as seen, all other mail
/// is left unseen for people to read; both move from `new` to `cur`, as a mail program does it.
pub async fn collect(site: &Site) -> Result<usize, Fault> {
    let Some(folder) = site.letters.bounces.clone() else { return Ok(0) };
    let site = site.clone();
    spawn_blocking(move || collect_here(&site, &folder)).await.map_err(Fault::broken)?
}

fn collect_here(site: &Site, folder: &Path) -> Result<usize, Fault> {
    let files = match new_files(folder) {
        Ok(files) => files,
        Err(e) => {
            tracing::warn!(folder = %folder.display(), error = %e, "returned letters cannot be read");
            return Ok(0);
        }
    };
    let mut returned = 0;
    for file in files {
        let bytes = match read(&file) {
            Ok(bytes) => bytes,
            // Another node has moved it, or will.
            Err(e) => {
                tracing::warn!(file = %file.display(), error = %e, "a returned letter cannot be read");
                continue;
            }
        };
        // Whoever can write to the office can write anything: a parser that stumbles is one message.
        let report = std::panic::catch_unwind(|| dsn::report(&bytes)).unwrap_or_default();
        let flags = if report.is_some() { ":2,S" } else { ":2," };
        if let Some(report) = report {
            let key = ids::hash(&String::from_utf8_lossy(&bytes));
            let stamp = site.stamp();
            returned += site.write_here(|db| bounces::take(db, &report, &key, &stamp))?;
        }
        if let Err(e) = put_away(folder, &file, flags) {
            tracing::warn!(file = %file.display(), error = %e, "a message stays in the folder new");
        }
    }
    Ok(returned)
}

fn new_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = vec![];
    for entry in fs::read_dir(folder.join("new"))?.take(AT_ONCE) {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Nothing, for one that is too large to be a report.
fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if fs::metadata(file)?.len() > MOST_BYTES { Ok(vec![]) } else { fs::read(file) }
}

fn put_away(folder: &Path, file: &Path, flags: &str) -> std::io::Result<()> {
    let cur = folder.join("cur");
    fs::create_dir_all(&cur)?;
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(flags);
    fs::rename(file, cur.join(name))
}
