//! `people import FILE`, `people erase PERSON`.

use serde_json::json;

use crate::access::store::people_of_email;
use crate::commands::args::{self, ImportArgs};
use crate::commands::intake;
use crate::erasure::{self, Causes};
use crate::kit::clean;
use crate::kit::db::{self, Db};
use crate::kit::fault::Fault;
use crate::kit::ids::PersonId;
use crate::kit::site::Site;
use crate::people;

pub fn run(site: &Site, command: args::People) -> Result<u8, String> {
    match command {
        args::People::Import(import) => self::import(site, &import),
        args::People::Erase { person, reason, dry_run, json } => {
            erase(site, &person, &reason, dry_run, json)
        }
    }
}

/// 0 when every row went in, 3 when some were refused.
pub fn import(site: &Site, args: &ImportArgs) -> Result<u8, String> {
    intake::of_file(site, args, |db, table, wishes, stamp| {
        people::import::import(db, None, table, wishes, stamp)
    })
}

fn erase(
    site: &Site,
    person: &str,
    reason: &str,
    dry_run: bool,
    as_json: bool,
) -> Result<u8, String> {
    let stamp = site.stamp();
    let done = site.write_here(|db| {
        let id = one(db, person)?;
        let work = |db: &mut Db| erasure::by_operator(db, &site.secret, id, reason, &stamp);
        Ok((id, if dry_run { db::rehearse(db, work)? } else { work(db)? }))
    });
    let (id, causes) = done.map_err(|fault| fault.to_string())?;
    if !dry_run {
        site.database.empty_log().map_err(|fault| fault.to_string())?;
    }
    tell(id, &causes, dry_run, as_json);
    Ok(0)
}

fn one(db: &mut Db, person: &str) -> Result<PersonId, Fault> {
    if let Ok(id) = person.parse() {
        return Ok(id);
    }
    let email = clean::email(person).ok_or_else(|| Fault::field("person", "email"))?;
    match people_of_email(db, &email.to_lowercase())?.as_slice() {
        [] => Err(Fault::NotFound),
        [person] => Ok(*person),
        _ => Err(Fault::field("person", "ambiguous")),
    }
}

fn tell(id: PersonId, causes: &Causes, dry_run: bool, as_json: bool) {
    if as_json {
        let batches: Vec<_> = causes.places.iter().map(|p| p.batch).collect();
        let sessions: Vec<_> = causes.taught.iter().map(|t| t.session).collect();
        let told = json!({
            "person": id, "erased": !dry_run, "batches": batches, "sessions": sessions,
            "offices": causes.posts.len(), "roles": causes.roles, "letters": causes.unsent,
        });
        println!("{told}");
        return;
    }
    println!("{}", if dry_run { "would erase" } else { "erased" });
    println!("places freed: {}", causes.places.len());
    for session in &causes.taught {
        println!("without its trainer: session {} ({})", session.session, session.title);
    }
    println!("offices vacant: {}, roles ended: {}", causes.posts.len(), causes.roles);
    println!("letters that do not go: {}", causes.unsent);
}
