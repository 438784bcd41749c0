//! Who you are, what you may do.

pub mod rules;
pub mod store;
pub mod pass;
pub mod proof;
pub mod door;
pub mod pages;

use serde::Deserialize;
use serde_json::json;

use crate::access::rules::{Held, Reach, Right, Role};
use crate::access::store::NewGrant;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{self, GrantId, LetterId, PersonId, SessionId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger::{self, Plan};
use crate::kit::site::Stamp;

/// Somebody who is signed in, with the grants in force today.
#[derive(Debug, Clone)]
pub struct Actor {
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    pub language: Option<Language>,
    pub grants: Vec<Held>,
    /// A helper without an account: his pass. He acts for the trainer who let him in, whose id this
    /// is; his own name is `name`.
    pub pass: Option<i64>,
}

impl Actor {
    /// The subtrees where this right is held.
    pub fn reach(&self, right: Right) -> Reach {
        Reach::of(&self.grants, right)
    }

    pub fn may(&self, right: Right, path: &str) -> bool {
        self.reach(right).covers(path)
    }

    /// Whoever teaches in a unit takes its rolls; whoever is named as a trainer that of his session,
    /// wherever he has the role, and as long as he has it: the name outlives it.
    pub fn may_take_roll(&self, is_named: bool, path: &str) -> bool {
        let teaching = self.reach(Right::Teach);
        teaching.covers(path) || (is_named && !teaching.is_empty())
    }

    /// Not found where nothing may be seen; forbidden where it may be seen, but not this.
    pub fn must(&self, right: Right, path: &str) -> Result<(), Fault> {
        if self.may(right, path) {
            Ok(())
        } else if self.may(Right::SeePlans, path) {
            Err(Fault::Forbidden)
        } else {
            Err(Fault::NotFound)
        }
    }

    /// Whether this right is held anywhere at all.
    pub fn must_somewhere(&self, right: Right) -> Result<Reach, Fault> {
        let reach = self.reach(right);
        if reach.is_empty() { Err(Fault::Forbidden) } else { Ok(reach) }
    }

    pub fn helps(&self, session: SessionId) -> bool {
        self.grants.iter().any(|h| h.role == Role::Helper && h.session == Some(session))
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|h| h.role == role)
    }

    /// Whose marks a phone's are: the person, or the helper behind a pass.
    pub fn hand(&self) -> String {
        self.pass.map_or_else(|| self.person.to_string(), |pass| format!("helper-{pass}"))
    }

    /// Where this person starts: the page of the widest role.
    pub fn home(&self) -> &'static str {
        if self.has_role(Role::Admin) || self.has_role(Role::Auditor) {
            "/dashboard"
        } else if self.has_role(Role::Trainer) || self.has_role(Role::Helper) {
            "/today"
        } else {
            "/me"
        }
    }
}

/// The person behind a cookie.
pub fn visitor(db: &mut Db, token: &str, now: Moment) -> Result<Actor, Fault> {
    let known = store::visitor(db, &ids::hash(token), now)?.ok_or(Fault::SignIn)?;
    actor(db, known, now)
}

/// The person behind an API token.
pub fn bearer(db: &mut Db, token: &str, now: Moment) -> Result<Actor, Fault> {
    let known = store::bearer(db, &ids::hash(token), now)?.ok_or(Fault::SignIn)?;
    actor(db, known, now)
}

/// A person as an actor: for commands, and right after signing in.
pub fn actor_of(db: &mut Db, person: PersonId, now: Moment) -> Result<Actor, Fault> {
    let known = store::person(db, person)?;
    actor(db, known, now)
}

fn actor(db: &mut Db, known: store::Known, now: Moment) -> Result<Actor, Fault> {
    let grants = store::held(db, known.person, now.utc().date_naive())?;
    Ok(Actor {
        person: known.person,
        name: known.name,
        unit: known.unit,
        language: known.language,
        grants,
        pass: None,
    })
}

/// A pass that opens now: its roll is not finished, the session not long over, and whoever made it
/// may still take that roll himself.
pub fn held_pass(db: &mut Db, pass: i64, now: Moment) -> Result<Option<store::HeldPass>, Fault> {
    let ended_after = now.plus_minutes(-PASS_HOURS * 60);
    let Some(held) = store::held_pass(db, pass, ended_after)? else { return Ok(None) };
    let maker = actor_of(db, held.made_by, now)?;
    let may = maker.may_take_roll(held.teaches, &held.path);
    Ok(may.then_some(held))
}

/// Hours after the end of a session for which a helper's pass opens, when nobody finishes its roll:
/// as long as a trainer may mark.
const PASS_HOURS: i64 = 48;

/// The helper behind a pass, at the one session that it opens.
pub fn helper(db: &mut Db, pass: i64, session: SessionId, now: Moment) -> Result<Actor, Fault> {
    let held = held_pass(db, pass, now)?.filter(|h| h.session == session).ok_or(Fault::SignIn)?;
    let known = store::person(db, held.made_by)?;
    let grant = Held { role: Role::Helper, path: None, session: Some(session) };
    Ok(Actor {
        person: known.person,
        name: held.label,
        unit: known.unit,
        language: None,
        grants: vec![grant],
        pass: Some(pass),
    })
}

/// How long a sign-in code or a mailed link is good.
const CODE_MINUTES: i64 = 15;
/// Codes to one person within an hour.
const CODES_AN_HOUR: i64 = 5;

/// Sends a code to everybody who has this address: one letter each, with a code each. The answer
/// is the same when nobody has it, so nothing is revealed.
pub fn ask_code(
    db: &mut Db,
    secret: &str,
    browser: &str,
    email: &str,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let now = stamp.now;
    let subject = format!("mail:{}", ids::hash(email));
    slow_down(db, &subject, now)?;
    for person in store::people_of_email(db, email)? {
        if store::codes_since(db, person, now.plus_minutes(-60))? >= CODES_AN_HOUR {
            continue;
        }
        let id = stamp.id();
        let code = code_of(secret, id);
        let until = now.plus_minutes(CODE_MINUTES);
        store::add_code(db, id, &ids::hash(browser), person, &ids::hash(&code), now, until)?;
        let plan = Plan {
            id: LetterId(stamp.id()),
            kind: "sign_in".to_owned(),
            rule: None,
            person,
            batch: None,
            session: None,
            revision: None,
            enrolment: None,
            key: format!("sign_in:{id}"),
            facts: json!({ "code": id.to_string(), "email": email }),
            due_at: now,
            useless_after: Some(until),
        };
        ledger::plan(db, &[plan], now)?;
    }
    Ok(())
}

/// The six digits of one code. Derived, so that the ledger need not hold them.
pub fn code_of(secret: &str, id: i64) -> String {
    let seal = ids::hash(&ids::seal(secret, "sign-in-code", &id.to_string()));
    let number = u64::from_str_radix(&seal[..12], 16).unwrap_or_default();
    format!("{:06}", number % 1_000_000)
}

/// Takes a code from the browser that asked for it; gives the person.
pub fn enter_code(db: &mut Db, browser: &str, code: &str, now: Moment) -> Result<Entered, Fault> {
    let subject = format!("code:{}", ids::hash(browser));
    let (tries, last) = store::tries(db, &subject)?;
    let wait = last.map_or(0, |last| rules::wait(tries, last, now));
    if wait > 0 {
        return Ok(Entered::Wait(wait));
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let given = ids::hash(&digits);
    for (id, person, kept) in store::open_codes(db, &ids::hash(browser), now)? {
        if kept == given && store::use_code(db, id, now)? {
            store::forget_tries(db, &subject)?;
            return Ok(Entered::Is(person));
        }
    }
    store::set_tries(db, &subject, tries + 1, now)?;
    Ok(Entered::Wrong)
}

/// What came of a code. A wrong one is no fault of the transaction: the try must be kept.
#[derive(Debug, PartialEq, Eq)]
pub enum Entered {
    Is(PersonId),
    Wrong,
    /// Seconds.
    Wait(u64),
}

/// Seconds until this subject may guess at something again.
pub fn wait_of(db: &mut Db, subject: &str, now: Moment) -> Result<u64, Fault> {
    let (tries, last) = store::tries(db, subject)?;
    Ok(last.map_or(0, |last| rules::wait(tries, last, now)))
}

/// One more guess of this subject: the next one may have to wait.
pub fn count_guess(db: &mut Db, subject: &str, now: Moment) -> Result<(), Fault> {
    let (tries, last) = store::tries(db, subject)?;
    let tries = if last.is_some_and(|last| now.minutes_since(last) >= 60) { 0 } else { tries };
    store::set_tries(db, subject, tries + 1, now)
}

fn slow_down(db: &mut Db, subject: &str, now: Moment) -> Result<(), Fault> {
    let (tries, last) = store::tries(db, subject)?;
    let wait = last.map_or(0, |last| rules::wait(tries, last, now));
    if wait > 0 {
        return Err(Fault::TooMany(wait));
    }
    let tries = if last.is_some_and(|last| now.minutes_since(last) >= 60) { 0 } else { tries };
    store::set_tries(db, subject, tries + 1, now)
}

/// Opens a visit for a person; gives the secret of its cookie. Absolute limits by the widest role:
/// admins 12 hours, trainers and helpers a day, newcomers 30 days.
pub fn open_visit(db: &mut Db, person: PersonId, stamp: &Stamp) -> Result<(String, Actor), Fault> {
    let actor = actor_of(db, person, stamp.now)?;
    let hours = match actor.home() {
        "/dashboard" => 12,
        "/today" => 24,
        _ => 24 * 30,
    };
    let token = stamp.ids.secret();
    let until = stamp.now.plus_minutes(hours * 60);
    store::add_visit(db, stamp.id(), &ids::hash(&token), person, stamp.now, until)?;
    let entry = Entry {
        actor: Some(person),
        action: "signed in",
        subject: format!("person/{person}"),
        unit: Some(actor.unit),
        detail: json!(null),
    };
    journal::note(db, entry, stamp.now)?;
    Ok((token, actor))
}

/// A one-time sign-in link, for the command line; gives its secret.
pub fn make_link(
    db: &mut Db,
    person: PersonId,
    minutes: i64,
    stamp: &Stamp,
) -> Result<String, Fault> {
    let token = stamp.ids.secret();
    let until = stamp.now.plus_minutes(minutes);
    store::add_link(db, stamp.id(), &ids::hash(&token), person, stamp.now, until)?;
    Ok(token)
}

/// Whom a link belongs to, without using it.
pub fn look_at_link(db: &mut Db, token: &str, now: Moment) -> Result<Option<PersonId>, Fault> {
    store::link_person(db, &ids::hash(token), now)
}

/// Uses a link up and opens a visit.
pub fn use_link(db: &mut Db, token: &str, stamp: &Stamp) -> Result<Option<(String, Actor)>, Fault> {
    let hash = ids::hash(token);
    let Some(person) = store::link_person(db, &hash, stamp.now)? else { return Ok(None) };
    if !store::use_link(db, &hash, stamp.now)? {
        return Ok(None);
    }
    open_visit(db, person, stamp).map(Some)
}

/// A link that only shows: the person's next session, until a day. Sealed, not stored.
pub fn view_token(secret: &str, person: PersonId, until: Moment) -> String {
    let text = format!("{person}.{}", until.micros() / 1_000_000);
    format!("v.{text}.{}", ids::seal(secret, "view", &text))
}

/// Whose view link this is, while it is good.
pub fn view_person(secret: &str, token: &str, now: Moment) -> Option<PersonId> {
    let mut parts = token.strip_prefix("v.")?.splitn(3, '.');
    let (person, until, seal) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = ids::seal_fits(secret, "view", &format!("{person}.{until}"), seal);
    let good = until.parse::<i64>().is_ok_and(|u| u > now.micros() / 1_000_000);
    if fits && good { person.parse().ok() } else { None }
}

/// An API token, shown once.
pub fn make_token(
    db: &mut Db,
    person: PersonId,
    label: &str,
    days: i64,
    stamp: &Stamp,
) -> Result<String, Fault> {
    let token = format!("pra_{}", stamp.ids.secret());
    let until = stamp.now.plus_days(days.clamp(1, 366));
    store::add_token(db, stamp.id(), &ids::hash(&token), person, label, stamp.now, until)?;
    let entry = Entry {
        actor: Some(person),
        action: "token created",
        subject: format!("person/{person}"),
        unit: None,
        detail: json!({ "label": label, "days": days }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(token)
}

/// A role given to a person at a unit, as typed.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct GrantDraft {
    pub email: String,
    pub role: String,
    pub unit: String,
    pub valid_to: String,
}

/// Gives a role. Nobody gives what lies outside his own reach.
pub fn give(
    db: &mut Db,
    actor: &Actor,
    draft: &GrantDraft,
    stamp: &Stamp,
) -> Result<GrantId, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let mut reading = Reading::default();
    let email = clean::email(&draft.email).map(|e| e.to_lowercase());
    if email.is_none() {
        reading.fields.add("email", "email");
    }
    let role = Role::parse(&draft.role).filter(|r| *r != Role::Helper);
    if role.is_none() {
        reading.fields.add("role", "required");
    }
    let code = reading.code("unit", &draft.unit);
    let valid_to = reading.optional_date("valid_to", &draft.valid_to);
    let unit = store::unit_of_code(db, &code)?.filter(|(_, path)| reach.covers(path));
    if unit.is_none() && !reading.has("unit") {
        reading.fields.add("unit", "not-found");
    }
    let people = match &email {
        Some(email) => store::people_of_email(db, email)?,
        None => vec![],
    };
    match people.len() {
        0 if !reading.has("email") => reading.fields.add("email", "not-found"),
        2.. => reading.fields.add("email", "ambiguous"),
        _ => {}
    }
    let (Some(person), Some(role), Some((unit, _))) = (people.first().copied(), role, unit) else {
        return reading.done(GrantId(0));
    };
    reading.done(())?;
    grant(db, Some(actor.person), person, role, unit, valid_to, stamp)
}

/// Writes a grant and its journal entry: for `give`, for the command line, for the demo.
pub fn grant(
    db: &mut Db,
    by: Option<PersonId>,
    person: PersonId,
    role: Role,
    unit: UnitId,
    valid_to: Option<chrono::NaiveDate>,
    stamp: &Stamp,
) -> Result<GrantId, Fault> {
    let id = GrantId(stamp.id());
    let row = NewGrant {
        id,
        person_id: person,
        role,
        unit_id: Some(unit),
        session_id: None,
        valid_from: None,
        valid_to,
        granted_by: by,
        created_at: stamp.now,
    };
    store::add_grant(db, &row)?;
    ask_for_admins(db, role, unit, stamp)?;
    let entry = Entry {
        actor: by,
        action: "role given",
        subject: format!("person/{person}"),
        unit: Some(unit),
        detail: json!({ "role": role, "grant": id }),
    };
    journal::note(db, entry, stamp.now)?;
    Ok(id)
}

/// Letters to the admins of a unit go to others now.
fn ask_for_admins(db: &mut Db, role: Role, unit: UnitId, stamp: &Stamp) -> Result<(), Fault> {
    if role != Role::Admin {
        return Ok(());
    }
    let batches = store::batches_of_admins(db, unit)?;
    ledger::ask_all(db, &batches, stamp.now)
}

/// Ends a grant: from now on it gives nothing.
pub fn end(db: &mut Db, actor: &Actor, id: GrantId, stamp: &Stamp) -> Result<(), Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let today = stamp.now.utc().date_naive();
    let all = store::unit_grants(db, today)?;
    let row = all.iter().find(|g| g.id == id && reach.covers(&g.path)).ok_or(Fault::NotFound)?;
    let yesterday = today.pred_opt().unwrap_or(today);
    store::end_grant(db, id, yesterday)?;
    ask_for_admins(db, row.role, row.unit, stamp)?;
    let entry = Entry {
        actor: Some(actor.person),
        action: "role ended",
        subject: format!("person/{}", row.person),
        unit: Some(row.unit),
        detail: json!({ "role": row.role, "grant": id }),
    };
    journal::note(db, entry, stamp.now)
}
