//! `migrate`, `doctor`, `config show`, `version`, `check`: looking after the house.

use serde_json::json;

use crate::commands::open;
use crate::journal::{self, Verdict};
use crate::kit::db::{self, Address, Database};
use crate::kit::settings::{Settings, Tls};
use crate::kit::site::Site;
use crate::{completion, overview};

pub fn version(as_json: bool) -> Result<u8, String> {
    let version = env!("CARGO_PKG_VERSION");
    if as_json {
        println!("{}", json!({ "version": version }));
    } else {
        println!("prashikshan {version}");
    }
    Ok(0)
}

pub fn config(settings: &Settings, as_json: bool) -> Result<u8, String> {
    let shown = settings.shown();
    if as_json {
        let list: Vec<_> = shown
            .iter()
            .map(|(name, value, source)| json!({ "name": name, "value": value, "source": source }))
            .collect();
        println!("{}", json!(list));
    } else {
        for (name, value, source) in shown {
            println!("{name}={value}  ({source})");
        }
    }
    Ok(0)
}

pub fn migrate(settings: &Settings, check: bool) -> Result<u8, String> {
    if check {
        let database = Database::open(Address::parse(&settings.database_url)?)?;
        let mut db = database.writer().map_err(|e| e.to_string())?;
        let steps = db::pending(&mut db).map_err(|e| e.to_string())?;
        for step in &steps {
            println!("would run {step}");
        }
        return Ok(u8::from(!steps.is_empty()));
    }
    let site = open::site(settings)?;
    let steps = site.read_here(db::pending).map_err(|e| e.to_string())?;
    println!(
        "{}",
        if steps.is_empty() { "the database is up to date" } else { "the database is behind" }
    );
    Ok(u8::from(!steps.is_empty()))
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    good: bool,
    detail: String,
}

pub fn doctor(settings: &Settings, as_json: bool) -> Result<u8, String> {
    let mut all = vec![];
    let mut find = |what, good, detail: String| all.push(Finding { what, good, detail });
    match open::site(settings) {
        Ok(site) => {
            find("database", true, format!("{:?}", kind(&site.database.address)));
            let verdict = site.read_here(|db| journal::verify(db, &site.secret));
            let whole = matches!(verdict, Ok(Verdict::Whole(_)));
            find("journal", whole, verdict.map_or_else(|e| e.to_string(), |v| format!("{v:?}")));
            let units = site.read_here(overview::store::steps);
            let some = units.as_ref().is_ok_and(|s| s.units > 0);
            let said =
                if some { "there are units" } else { "no units yet: prashikshan units import" };
            find("units", some, said.to_owned());
        }
        Err(why) => find("database", false, why),
    }
    let public =
        !settings.base_url.contains("127.0.0.1") && !settings.base_url.contains("localhost");
    let https = settings.is_https() || !public;
    find("base url", https, settings.base_url.clone());
    match &settings.smtp {
        None => find(
            "mail",
            !public,
            format!("no mail server: letters go to {}", settings.mail_dir.display()),
        ),
        Some(smtp) => {
            let reached = std::net::TcpStream::connect((smtp.host.as_str(), smtp.port));
            let detail = match &reached {
                Ok(_) => format!("{}:{} answers, TLS {:?}", smtp.host, smtp.port, smtp.tls),
                Err(e) => format!("{}:{}: {e}", smtp.host, smtp.port),
            };
            find("mail", reached.is_ok(), detail);
            if smtp.tls == Tls::None && !smtp.host.starts_with("127.") && smtp.host != "localhost" {
                find("mail TLS", false, "letters leave this machine in the clear".to_owned());
            }
        }
    }
    let good = all.iter().all(|f| f.good);
    if as_json {
        let list: Vec<_> = all
            .iter()
            .map(|f| json!({ "what": f.what, "good": f.good, "detail": f.detail }))
            .collect();
        println!("{}", json!(list));
    } else {
        for f in &all {
            println!("{} {}: {}", if f.good { "ok   " } else { "LOOK " }, f.what, f.detail);
        }
    }
    Ok(u8::from(!good))
}

fn kind(address: &Address) -> &'static str {
    match address {
        Address::Sqlite(_) => "SQLite",
        Address::Postgres(_) => "PostgreSQL",
    }
}

/// The invariants that no request may break; exit 1 with the list of those that are broken.
pub fn check(site: &Site, as_json: bool) -> Result<u8, String> {
    let mut broken =
        site.read_here(overview::store::broken_invariants).map_err(|e| e.to_string())?;
    match site.read_here(|db| journal::verify(db, &site.secret)).map_err(|e| e.to_string())? {
        Verdict::Whole(_) => {}
        other => broken.push(("the journal is whole".to_owned(), format!("{other:?}"))),
    }
    let stale = site.read_here(completion::wrong_standings).map_err(|e| e.to_string())?;
    if !stale.is_empty() {
        broken.push(("standings equal the marks".to_owned(), format!("{} do not", stale.len())));
    }
    if as_json {
        let list: Vec<_> =
            broken.iter().map(|(rule, found)| json!({ "rule": rule, "found": found })).collect();
        println!("{}", json!(list));
    } else if broken.is_empty() {
        println!("all invariants hold");
    } else {
        for (rule, found) in &broken {
            println!("{rule}: {found}");
        }
    }
    Ok(u8::from(!broken.is_empty()))
}
