//! Making the letters in hand, each by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;

use chrono_tz::Tz;
use tokio::task::spawn_blocking;

use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId};
use crate::kit::mail_text;
use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::compose::{self, Composed};
use crate::letters::digests;
use crate::letters::errand::{Ready, Slots};
use crate::letters::hold::Hold;
use crate::letters::results::{Outcome, Report, settle_here};
use crate::letters::rules;
use crate::letters::store::{self, Subjects};
use crate::letters::weekly::{self, Week};
use crate::post::rules::{End, Kind, Pace};
use crate::post::store::{Fixed, Leased};
use crate::post::{self, Tally};
use crate::reminders;

/// Makes the letters that were not made before, and writes their bytes down: whatever happens from
/// here on, a repeat is the same. One that cannot be made is settled; the others go on, of
/// `announced` of them it is written down that they are about to be handed over.
pub async fn prepare(
    site: &Site,
    hold: &Hold,
    slots: Option<Slots>,
    leased: Vec<Leased>,
    announced: usize,
) -> Result<(Vec<Ready>, Tally), Fault> {
    let (hold, mine, here) = (hold.clone(), hold.token.clone(), site.clone());
    let work = move || {
        let now = here.now();
        let readers: BTreeSet<PersonId> = leased.iter().filter_map(|l| l.person).collect();
        let zones = here.read_here(|db| reminders::zones_of(db, &readers))?;
        let zone_of = |letter: &Leased| {
            letter.person.and_then(|p| zones.get(&p).copied()).unwrap_or(here.timezone)
        };
        let mut resting: BTreeMap<Moment, Vec<LetterId>> = BTreeMap::new();
        let mut awake = Vec::with_capacity(leased.len());
        for letter in leased {
            let (zone, kind) = (zone_of(&letter), letter.kind);
            match rules::rests_until(kind, letter.due_at, letter.useless_after, zone, now) {
                Some(until) => resting.entry(until).or_default().push(letter.id),
                None => awake.push(letter),
            }
        }
        let leased = awake;
        let fresh: Vec<&Leased> = leased.iter().filter(|l| l.body.is_none()).collect();
        let facts = if fresh.is_empty() {
            Default::default()
        } else {
            here.read_here(|db| facts_of(db, &fresh, here.timezone, now))?
        };
        let (mut ready, mut failed) = (Vec::new(), Vec::new());
        let made = compose_all(&here, &facts, &leased, now)?;
        for (letter, made) in leased.into_iter().zip(made) {
            match made {
                Ok(composed) => {
                    let (zone, hold, slots) = (zone_of(&letter), hold.clone(), slots.clone());
                    ready.push(Ready { letter, composed, zone, hold, slots });
                }
                Err(end) => {
                    let (token, outcome) = (mine.clone(), Outcome::Ended(end));
                    failed.push(Report { token, letter, outcome });
                }
            }
        }
        let limited = limited(&here, &ready);
        let tally = here.write_here(|db| {
            post::store::fix(db, &mine, &not_written(&ready))?;
            post::store::rest(db, &mine, &resting, now)?;
            let later = if limited.is_empty() {
                BTreeSet::new()
            } else {
                let now = here.shared_now(db)?;
                post::pace_domains(db, &mine, &limited, now)?
            };
            ready.retain(|r| !later.contains(&r.letter.id));
            // Somebody waits for a code with the page open.
            ready.sort_by_key(|r| r.letter.kind != Kind::SignIn);
            let first: Vec<LetterId> = ready.iter().take(announced).map(|r| r.letter.id).collect();
            if !first.is_empty() {
                post::store::hand_over(db, &mine, &first)?;
            }
            settle_here(db, &mine, &failed, &here.stamp())
        })?;
        Ok((ready, tally))
    };
    spawn_blocking(work).await.map_err(Fault::broken)?
}

/// Those whose bytes are not written down yet.
fn not_written(ready: &[Ready]) -> Vec<Fixed<'_>> {
    if trial::breaks(Sabotage::SentBeforeCommit) {
        return vec![];
    }
    let fresh = ready.iter().filter(|r| r.letter.body.is_none());
    fresh
        .map(|Ready { letter, composed, .. }| Fixed {
            id: letter.id,
            address: &composed.address,
            body: &composed.bytes,
        })
        .collect()
}

/// The letters to domains with a limit that have no slot yet.
fn limited(site: &Site, ready: &[Ready]) -> Vec<(LetterId, String, Pace)> {
    let limits = &site.limits.mail_per_domain;
    if limits.is_empty() {
        return vec![];
    }
    ready
        .iter()
        .filter(|r| r.letter.slot_at.is_none() && r.letter.kind != Kind::SignIn)
        .filter_map(|r| {
            let domain = mail_text::domain(&r.composed.address).to_lowercase();
            let a_minute = limits.get(&domain).or_else(|| limits.get("*"))?;
            Some((r.letter.id, domain, Pace::of(*a_minute)?))
        })
        .collect()
}

/// Everything that letters say, a constant number of statements.
fn facts_of(
    db: &mut Db,
    letters: &[&Leased],
    default: Tz,
    now: Moment,
) -> Result<store::Facts, Fault> {
    let of_kind = |kind: Kind| letters.iter().filter(move |l| l.kind == kind);
    let ids: Vec<LetterId> = of_kind(Kind::Digest).map(|l| l.id).collect();
    let weeks: Vec<Week> = of_kind(Kind::Weekly).filter_map(|l| weekly::week(&l.facts)).collect();
    let digests = digests::in_hand(db, &ids, default, now)?;
    let mut about = subjects(letters);
    for row in digests.rows.values().flatten() {
        about.people.insert(row.person);
        about.batches.extend(row.batch);
        about.enrolments.extend(row.enrolment);
        about.sessions.extend(reminders::told(&row.facts).sessions.iter().map(|(id, _)| *id));
    }
    about.people.extend(digests.readers());
    let weekly = weekly::report(db, &weeks, default, now)?;
    Ok(store::Facts { digests, weekly, ..store::facts(db, &about, now)? })
}

/// What facts these letters want.
pub fn subjects(letters: &[&Leased]) -> Subjects {
    let mut about = Subjects::default();
    for letter in letters {
        about.people.extend(letter.person);
        about.people.extend(compose::cause(letter).about);
        about.people.extend(compose::bounced(letter).map(|notice| notice.person));
        about.notices.extend(compose::notice(letter).map(|facts| facts.notice));
        about.notices.extend(compose::news_of(letter).map(|facts| facts.notice));
        about.batches.extend(letter.batch);
        match letter.kind {
            Kind::Roster => about.rosters.extend(letter.batch),
            Kind::Absence => about.missed.extend(
                reminders::told(&letter.facts).sessions.iter().map(|(session, _)| *session),
            ),
            _ => {}
        }
        about.enrolments.extend(letter.enrolment);
        about.sessions.extend(reminders::told(&letter.facts).sessions.iter().map(|(id, _)| *id));
    }
    about
}

/// Each letter by itself; one that makes the program stumble is one failed letter. On one thread,
/// however many processors there are: letters before these go out meanwhile, and so do pages.
fn compose_all(
    site: &Site,
    facts: &store::Facts,
    letters: &[Leased],
    now: Moment,
) -> Result<Vec<Result<Composed, End>>, Fault> {
    std::thread::scope(|scope| {
        let make = |letter| {
            // Whoever waits for a page need not wait until this thread's share of time is over.
            std::thread::yield_now();
            compose_one(site, facts, letter, now)
        };
        let work = move || letters.iter().map(make).collect::<Vec<_>>();
        let thread = std::thread::Builder::new().stack_size(COMPOSING_STACK);
        let thread = thread.spawn_scoped(scope, work).map_err(Fault::broken)?;
        thread.join().map_err(|_| Fault::broken(STUMBLED))
    })
}

/// The library signs headers by a recursion over their characters.
const COMPOSING_STACK: usize = 16 * 1024 * 1024;

const STUMBLED: &str = "the letter could not be made";

fn compose_one(
    site: &Site,
    facts: &store::Facts,
    letter: &Leased,
    now: Moment,
) -> Result<Composed, End> {
    if let (Some(address), Some(bytes)) = (&letter.address, &letter.body) {
        return Ok(Composed { address: address.clone(), bytes: bytes.clone() });
    }
    let work = AssertUnwindSafe(|| compose::compose(site, facts, letter, now));
    let made =
        std::panic::catch_unwind(work).unwrap_or_else(|_| Err(End::Refused(STUMBLED.to_owned())));
    if let Err(End::Refused(why)) = &made {
        tracing::error!(letter = %letter.id, kind = letter.kind.word(), why, "a letter cannot be made");
    }
    made
}
