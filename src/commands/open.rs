//! Opening the house from its settings: folders, secret, database, texts, mail.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::num::NonZeroU32;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::kit::clock::Clock;
use crate::kit::db::{Address, Database};
use crate::kit::i18n::Texts;
use crate::kit::ids::Ids;
use crate::kit::mail::Mail;
use crate::kit::mail::dkim::Signer;
use crate::kit::settings::Settings;
use crate::kit::site::{Letterhead, Limits, Site};
use crate::kit::view::Views;
use crate::kit::visits::Visits;

/// The house, with its schema brought up to date.
pub fn site(settings: &Settings) -> Result<Site, String> {
    let address = Address::parse(&settings.database_url)?;
    let folder = data_folder(&address);
    private_folder(&folder)?;
    if let Address::Sqlite(path) = &address {
        private_file(Path::new(path))?;
    }
    let database = Database::open(address)?;
    database.migrate()?;
    let secret = match &settings.secret_key {
        Some(key) => key.clone(),
        None => kept_secret(&folder)?,
    };
    let texts = Arc::new(Texts::load()?);
    let limits = Limits {
        mail_per_minute: settings.mail_per_minute,
        mail_per_domain: Arc::new(settings.mail_per_domain.clone()),
        mail_in_flight: settings.mail_in_flight.clamp(1, 64),
        notice_per_day: settings.notice_per_day,
        notice_approval_above: settings.notice_approval_above,
        ..Limits::default()
    };
    let a_minute = |n| {
        let quota = governor::Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        Arc::new(governor::RateLimiter::keyed(quota))
    };
    Ok(Site {
        database,
        clock: Clock::Machine,
        ids: Ids::from_machine(),
        views: Arc::new(Views::load(texts)?),
        mail: match &settings.smtp {
            Some(smtp) => Mail::Smtp(Arc::new(smtp.clone())),
            None => Mail::Folder(settings.mail_dir.clone()),
        },
        secret: secret.into(),
        base_url: settings.base_url.clone().into(),
        mail_from: settings.mail_from.clone().into(),
        letters: letterhead(settings)?,
        language: settings.language,
        timezone: settings.timezone,
        hall_throttle: a_minute(limits.check_in_per_minute),
        deliveries: Arc::new(tokio::sync::Semaphore::new(limits.deliveries)),
        throttle: a_minute(limits.sign_in_per_minute),
        limits,
        bell: Arc::default(),
        visits: Arc::new(Visits::open(Instant::now())),
        trusted_proxies: settings.trusted_proxies.clone().into(),
    })
}

fn letterhead(settings: &Settings) -> Result<Letterhead, String> {
    let signer = match &settings.dkim_key {
        Some(key) => Some(Signer::parse(key).map_err(|e| format!("PRASHIKSHAN_DKIM_KEY: {e}"))?),
        None => None,
    };
    Ok(Letterhead {
        reply_to: settings.mail_reply_to.as_deref().map(Arc::from),
        neutral: settings.mail_neutral,
        signer: signer.map(Arc::new),
        bounces: settings.bounce_maildir.as_deref().map(Arc::from),
    })
}

/// Where the secret and the lock stand: beside the database file, or `data`.
pub fn data_folder(address: &Address) -> PathBuf {
    match address {
        Address::Sqlite(path) if path != ":memory:" => match Path::new(path).parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        },
        _ => PathBuf::from("data"),
    }
}

/// Membership of a party stands in these files: nobody else on the machine reads them.
fn private_folder(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))
}

fn private_file(path: &Path) -> Result<(), String> {
    if path == Path::new(":memory:") {
        return Ok(());
    }
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(say)?;
    let mode = file.metadata().map_err(say)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(format!(
            "{} can be read by others on this machine (mode {mode:o}): chmod 600 it first",
            path.display()
        ));
    }
    Ok(())
}

/// The secret key, made at the first start. Losing it ends visits and open links, nothing else.
fn kept_secret(folder: &Path) -> Result<String, String> {
    let path = folder.join("secret.key");
    let say = |e: std::io::Error| format!("{}: {e}", path.display());
    if path.exists() {
        let secret = fs::read_to_string(&path).map_err(say)?.trim().to_owned();
        return if secret.len() >= 32 {
            Ok(secret)
        } else {
            Err(format!("{} is too short", path.display()))
        };
    }
    let secret = Ids::from_machine().secret();
    let mut file =
        OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path).map_err(say)?;
    writeln!(file, "{secret}").map_err(say)?;
    Ok(secret)
}
