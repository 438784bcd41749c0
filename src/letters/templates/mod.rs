//! Own texts of letters: written, looked at, tried out, put back.

pub mod rules;
pub mod store;
pub mod sample;
pub mod pages;

use std::collections::{BTreeSet, HashMap};

use serde_json::json;

use crate::access::Actor;
use crate::access::rules::{Reach, Right};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger::{self, Plan};
use crate::kit::mail::Draft;
use crate::kit::site::{Site, Stamp};
use crate::letters::store::{self as letters, Facts, Subjects};
use crate::letters::templates::rules::{Case, OwnText, Said, TextDraft};
use crate::letters::templates::sample::sample;
use crate::letters::templates::store::{Mark, Version};
use crate::letters::{compose, content, prepare};
use crate::post;
use crate::post::rules::{End, Kind};
use crate::post::store::{Fixed, Leased, TRIAL};
use crate::reminders::rulebook;

/// Whoever may write a rule for everybody may write what it says.
pub fn must(actor: &Actor) -> Result<Reach, Fault> {
    match rulebook::may_write(actor, None) {
        true => Ok(actor.reach(Right::Manage)),
        false => Err(Fault::Forbidden),
    }
}

/// The texts that come with the program, in both languages.
pub struct Shipped {
    pub hi: Said,
    pub en: Said,
}

pub fn shipped(site: &Site, case: Case) -> Result<Shipped, Fault> {
    let said = |language| content::shipped(&site.views, case, language);
    Ok(Shipped { hi: said(Language::Hi)?, en: said(Language::En)? })
}

/// What a typed text keeps of its own.
pub fn read(site: &Site, case: Case, draft: &TextDraft) -> Result<OwnText, Fault> {
    let shipped = shipped(site, case)?;
    let mut reading = Reading::default();
    let text = draft.read(case, &shipped.hi, &shipped.en, &mut reading);
    reading.done(text)
}

/// A new version, when it says something else than the newest. False: it says the same.
pub fn write(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    case: Case,
    draft: &TextDraft,
    stamp: &Stamp,
) -> Result<bool, Fault> {
    must(actor)?;
    let text = read(site, case, draft)?;
    add(db, actor, case, text, None, draft.seen.trim(), stamp)
}

/// An old version, or the shipped text (0), as a new version.
pub fn put_back(
    db: &mut Db,
    actor: &Actor,
    case: Case,
    number: i32,
    seen: &str,
    stamp: &Stamp,
) -> Result<bool, Fault> {
    must(actor)?;
    let text = match number {
        0 => OwnText::default(),
        number => store::version(db, case, number)?.text,
    };
    add(db, actor, case, text, Some(number), seen.trim(), stamp)
}

fn add(
    db: &mut Db,
    actor: &Actor,
    case: Case,
    text: OwnText,
    copy_of: Option<i32>,
    seen: &str,
    stamp: &Stamp,
) -> Result<bool, Fault> {
    let newest = store::newest(db)?.remove(&case);
    let number = newest.as_ref().map_or(0, |v| v.number);
    // Somebody else wrote meanwhile: what is not read shall not be written over.
    if let Some(version) = newest.as_ref().filter(|v| v.number.to_string() != seen) {
        return Err(Fault::Conflict(Obstacle {
            code: "template-changed",
            args: vec![("by", version.by.clone()), ("number", number.to_string())],
            more: serde_json::Value::Null,
        }));
    }
    let before = newest.map(|v| v.text).unwrap_or_default();
    if before == text {
        return Ok(false);
    }
    let (by, at) = (actor.person, stamp.now);
    store::add(db, case, &text, &Mark { id: stamp.id(), number: number + 1, copy_of, by, at })?;
    let detail = json!({
        "number": number + 1, "copy_of": copy_of, "before": before, "after": text,
    });
    note(db, actor, case, "letter template changed", detail, stamp)?;
    Ok(true)
}

fn note(
    db: &mut Db,
    actor: &Actor,
    case: Case,
    action: &str,
    detail: serde_json::Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let subject = format!("letter-template/{case}");
    let entry = Entry { actor: Some(actor.person), action, subject, unit: None, detail };
    journal::note(db, entry, stamp.now)
}

/// A version with the one before it; 0 is what comes with the program.
pub fn version(
    db: &mut Db,
    actor: &Actor,
    case: Case,
    number: i32,
) -> Result<(Option<Version>, OwnText), Fault> {
    must(actor)?;
    match number {
        0 => Ok((None, OwnText::default())),
        1 => Ok((Some(store::version(db, case, 1)?), OwnText::default())),
        number => {
            let version = store::version(db, case, number)?;
            Ok((Some(version), store::version(db, case, number - 1)?.text))
        }
    }
}

/// So many of the newest letters are looked through for people to show a text on.
const MOST_READERS: i64 = 60;

/// Letters of a case that real people got or will get, with what they say.
pub struct Readers {
    facts: Facts,
    letters: Vec<Leased>,
}

impl Readers {
    /// A sign-in code is nobody's to see.
    pub fn of(db: &mut Db, actor: &Actor, site: &Site, case: Case) -> Result<Self, Fault> {
        let reach = must(actor)?;
        let now = site.now();
        let mut letters = match case.kind() {
            Kind::SignIn => vec![],
            kind => post::store::newest_of(db, &reach, kind, MOST_READERS)?,
        };
        let about = prepare::subjects(&letters.iter().collect::<Vec<_>>());
        let facts = match letters.is_empty() {
            true => Facts::default(),
            false => letters::facts(db, &about, now)?,
        };
        letters.retain(|letter| compose::case_of(site, &facts, letter, now) == Some(case));
        Ok(Self { facts, letters })
    }

    /// (letter, name of its reader, when it is due)
    pub fn choices(&self) -> impl Iterator<Item = (&Leased, &str)> {
        self.letters.iter().filter_map(|letter| {
            Some((letter, self.facts.people.get(&letter.person?)?.name.as_str()))
        })
    }

    /// The chosen letter with its facts; without a choice, or when it is no longer there, the
    /// invented one.
    fn chosen(
        self,
        site: &Site,
        case: Case,
        reader: &str,
        text: &OwnText,
    ) -> HashMap<Language, (Facts, Leased)> {
        let own = HashMap::from([(case, text.clone())]);
        let id: Option<LetterId> = reader.trim().parse().ok();
        let found = self.letters.into_iter().find(|letter| Some(letter.id) == id);
        let both = [Language::Hi, Language::En];
        match found {
            Some(letter) => {
                let facts = Facts { own, ..self.facts };
                HashMap::from(both.map(|language| (language, (facts.clone(), letter.clone()))))
            }
            None => HashMap::from(both.map(|language| {
                let (facts, letter) = sample(site, case, language, site.now());
                (language, (Facts { own: own.clone(), ..facts }, letter))
            })),
        }
    }
}

/// How a typed text looks in a letter, in both languages; nothing is written.
pub fn look(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    case: Case,
    draft: &TextDraft,
) -> Result<Vec<(Language, Draft)>, Fault> {
    must(actor)?;
    let text = read(site, case, draft)?;
    let readers = Readers::of(db, actor, site, case)?;
    let mut chosen = readers.chosen(site, case, &draft.reader, &text);
    let mut out = vec![];
    for language in [Language::Hi, Language::En] {
        let Some((facts, letter)) = chosen.remove(&language) else { continue };
        let drawn = compose::look(site, &facts, &letter, language, site.now());
        out.push((language, drawn.map_err(cannot)?));
    }
    Ok(out)
}

/// So long a trial is of use to whoever waits for it.
const TRIAL_MINUTES: i64 = 120;

/// Sends a letter with the typed text to the actor's own address, through the ledger, once. Gives
/// the address.
pub fn try_out(
    db: &mut Db,
    actor: &Actor,
    site: &Site,
    case: Case,
    (draft, language): (&TextDraft, Language),
    stamp: &Stamp,
) -> Result<String, Fault> {
    must(actor)?;
    let text = read(site, case, draft)?;
    let address = own_address(db, actor.person, stamp)?;
    let readers = Readers::of(db, actor, site, case)?;
    let mut chosen = readers.chosen(site, case, &draft.reader, &text);
    let (facts, letter) = chosen.remove(&language).ok_or(Fault::NotFound)?;
    let id = LetterId(stamp.id());
    let key = format!("trial:{id}");
    let message_id = ledger::message_id(&key);
    let made = compose::trial(site, &facts, &letter, (language, &address, &message_id), stamp.now)
        .map_err(cannot)?;
    let plan = Plan {
        id,
        kind: case.kind().word().to_owned(),
        rule: Some(TRIAL.to_owned()),
        person: actor.person,
        batch: None,
        session: None,
        revision: None,
        enrolment: None,
        key,
        facts: json!({}),
        due_at: stamp.now,
        useless_after: Some(stamp.now.plus_minutes(TRIAL_MINUTES)),
    };
    ledger::plan(db, &[plan], stamp.now)?;
    let fixed = Fixed { id, address: &made.address, body: &made.bytes };
    post::store::fix_planned(db, fixed)?;
    note(db, actor, case, "letter template tried", json!({ "letter": id }), stamp)?;
    Ok(address)
}

fn own_address(db: &mut Db, person: PersonId, stamp: &Stamp) -> Result<String, Fault> {
    let about = Subjects { people: BTreeSet::from([person]), ..Subjects::default() };
    let mut facts = letters::facts(db, &about, stamp.now)?;
    let address = facts.people.remove(&person).and_then(|p| p.address);
    address.ok_or_else(|| Fault::conflict("template-no-address"))
}

/// Told to its writer: the letter of this reader would fail.
fn cannot(end: End) -> Fault {
    match end {
        End::Refused(why) if why == post::rules::reason::OWN_TEXT => {
            Fault::conflict("template-too-long")
        }
        End::Refused(why) => Fault::broken(why),
        _ => Fault::conflict("template-not-true"),
    }
}
