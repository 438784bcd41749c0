//! `admin create`, `link create`, `token create`: letting the first people in.

use crate::access::{self, rules::Role, store};
use crate::commands::args;
use crate::kit::clean;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, UnitId};
use crate::kit::site::{Site, Stamp};
use crate::{people, units};

/// Minutes that a link from the command line is good.
const LINK_MINUTES: i64 = 60;

pub fn admin(site: &Site, command: args::Admin) -> Result<u8, String> {
    let args::Admin::Create { name, email, unit } = command;
    let email = clean::email(&email).ok_or("--email is no e-mail address")?;
    let stamp = site.stamp();
    let link = site.write_here(|db| {
        let unit = admin_unit(db, unit.as_deref(), &stamp)?;
        let person = match store::people_of_email(db, &email.to_lowercase())?.as_slice() {
            [] => people::create_plain(db, &name, unit, &email, &stamp)?,
            [person] => *person,
            _ => return Err(Fault::conflict("exists")),
        };
        access::grant(db, None, person, Role::Admin, unit, None, &stamp)?;
        access::make_link(db, person, LINK_MINUTES, &stamp)
    });
    let link = link.map_err(told)?;
    println!("{}/l/{link}", site.base_url);
    Ok(0)
}

/// The unit named; or the one topmost unit; or, in an empty house, a first one to build under.
fn admin_unit(db: &mut Db, code: Option<&str>, stamp: &Stamp) -> Result<UnitId, Fault> {
    if let Some(code) = code {
        let (unit, _) =
            store::unit_of_code(db, code)?.ok_or_else(|| Fault::field("unit", "not-found"))?;
        return Ok(unit);
    }
    match units::store::roots(db)?.as_slice() {
        [] => {
            println!(
                "no units yet: made the unit ORG; import yours below it with --set parent=ORG"
            );
            units::create_first(db, stamp)
        }
        [root] => Ok(*root),
        _ => Err(Fault::field("unit", "ambiguous")),
    }
}

pub fn link(site: &Site, command: args::Link) -> Result<u8, String> {
    let args::Link::Create { email } = command;
    let stamp = site.stamp();
    let made = site.write_here(|db| {
        let mut out = vec![];
        for person in with_email(db, &email)? {
            let name = store::person(db, person)?.name;
            out.push((name, access::make_link(db, person, LINK_MINUTES, &stamp)?));
        }
        Ok(out)
    });
    for (name, token) in made.map_err(told)? {
        println!("{name}: {}/l/{token}", site.base_url);
    }
    Ok(0)
}

pub fn token(site: &Site, command: args::Token) -> Result<u8, String> {
    let args::Token::Create { email, name, days } = command;
    let stamp = site.stamp();
    let made = site.write_here(|db| match with_email(db, &email)?.as_slice() {
        [person] => access::make_token(db, *person, &name, days, &stamp),
        _ => Err(Fault::field("email", "ambiguous")),
    });
    println!("{}", made.map_err(told)?);
    Ok(0)
}

fn with_email(db: &mut Db, email: &str) -> Result<Vec<PersonId>, Fault> {
    let email = clean::email(email).ok_or_else(|| Fault::field("email", "email"))?;
    let people = store::people_of_email(db, &email.to_lowercase())?;
    if people.is_empty() { Err(Fault::field("email", "not-found")) } else { Ok(people) }
}

fn told(fault: Fault) -> String {
    fault.to_string()
}
