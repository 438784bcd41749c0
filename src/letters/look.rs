//! The last look at letters that couriers are about to hand over. Couriers who ask at the same
//! moment are answered by one reading: a look for each letter was a quarter of a letter's cost.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono_tz::Tz;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{LetterId, PersonId, SessionId};
use crate::kit::site::Site;
use crate::letters::compose;
use crate::letters::errand::Ready;
use crate::letters::notices;
use crate::letters::notices::rules::{NoticeFacts, NoticeState, is_wanted};
use crate::letters::rules::{self, Now, Verdict};
use crate::letters::store::{self, Standing};
use crate::letters::{digests, weekly};
use crate::post::rules::{Kind, Series};
use crate::reminders;
use crate::reminders::rules::Announced;
use crate::schedule::rules::{BatchState, SessionState};

/// So many looks are one reading at most.
const MOST: usize = 64;

/// A letter that somebody looks at.
struct Look {
    id: LetterId,
    token: Arc<str>,
    kind: Kind,
    person: Option<PersonId>,
    due_at: Moment,
    facts: String,
    told: Vec<Announced>,
    notice: Option<NoticeFacts>,
    is_trial: bool,
    zone: Tz,
}

impl Look {
    fn at(ready: &Ready) -> Self {
        let letter = &ready.letter;
        Self {
            id: letter.id,
            token: ready.hold.token.clone(),
            kind: letter.kind,
            person: letter.person,
            due_at: letter.due_at,
            facts: letter.facts.clone(),
            told: reminders::told(&letter.facts).sessions,
            notice: compose::notice(letter),
            is_trial: letter.is_trial(),
            zone: ready.zone,
        }
    }
}

struct Asked {
    look: Look,
    /// The verdict, or what kept the database from answering.
    tell: oneshot::Sender<Result<Verdict, String>>,
}

/// Where couriers ask.
#[derive(Clone)]
pub struct Looks(mpsc::UnboundedSender<Asked>);

impl Looks {
    /// Ends when nobody can ask any more.
    pub fn open(site: &Site) -> Self {
        let (ask, asked) = mpsc::unbounded_channel();
        let site = site.clone();
        spawn_blocking(move || answer(&site, asked));
        Self(ask)
    }

    /// Is it still ours, still in time, still true?
    pub async fn at(&self, ready: &Ready) -> Result<Verdict, String> {
        let nobody = || "nobody looks any more".to_owned();
        let (tell, told) = oneshot::channel();
        let asked = Asked { look: Look::at(ready), tell };
        self.0.send(asked).map_err(|_| nobody())?;
        told.await.map_err(|_| nobody())?
    }
}

/// On a thread of its own, as long as the couriers are at work: to wake one for each reading took
/// longer than the reading.
fn answer(site: &Site, mut asked: mpsc::UnboundedReceiver<Asked>) {
    let mut came = Vec::new();
    while asked.blocking_recv_many(&mut came, MOST) > 0 {
        let (looks, tells): (Vec<Look>, Vec<_>) = came.drain(..).map(|a| (a.look, a.tell)).unzip();
        let (default, now) = (site.timezone, site.now());
        let verdicts = site.read_here(|db| verdicts(db, &looks, default, now));
        match verdicts {
            Ok(verdicts) => {
                for (tell, verdict) in tells.into_iter().zip(verdicts) {
                    // A courier that was cut off needs no answer.
                    let _ = tell.send(verdict);
                }
            }
            Err(fault) => {
                for tell in tells {
                    let _ = tell.send(Err(fault.to_string()));
                }
            }
        }
    }
}

/// One verdict for each, in the same order; a letter that cannot be looked at fails alone.
fn verdicts(
    db: &mut Db,
    looks: &[Look],
    default: Tz,
    now: Moment,
) -> Result<Vec<Result<Verdict, String>>, Fault> {
    let standings = store::standings(db, looks.iter().map(|l| l.id))?;
    let told: HashSet<SessionId> =
        looks.iter().flat_map(|l| l.told.iter().map(|(id, _)| *id)).collect();
    let sessions = if told.is_empty() { HashMap::new() } else { store::revisions(db, told)? };
    let mut out = Vec::with_capacity(looks.len());
    for look in looks {
        out.push(match standings.get(&look.id) {
            Some(seen) => {
                let look = AssertUnwindSafe(|| verdict(db, look, seen, &sessions, default, now));
                match catch_unwind(look) {
                    Ok(verdict) => verdict.map_err(|fault| fault.to_string()),
                    Err(_) => Err("the look panicked".to_owned()),
                }
            }
            None => Ok(Verdict::Lost),
        });
    }
    Ok(out)
}

/// What only few kinds of letters hang on is asked for each of these alone.
fn verdict(
    db: &mut Db,
    look: &Look,
    seen: &Standing,
    sessions: &HashMap<SessionId, (i32, SessionState)>,
    default: Tz,
    now: Moment,
) -> Result<Verdict, Fault> {
    let Look { id, token, kind, person, due_at, facts, told, notice, is_trial, zone } = look;
    let (id, kind, person) = (*id, *kind, *person);
    let ids: Vec<SessionId> = told.iter().map(|(id, _)| *id).collect();
    let is_still_so = match kind {
        Kind::Digest => {
            let digests = digests::in_hand(db, &[id], default, now)?;
            person.is_some_and(|reader| digests.stands(id, reader, now))
        }
        Kind::Weekly => weekly::stands(db, person, facts, now.date_in(default))?,
        Kind::NoticeNews => notices::watch::stands(db, person, facts, now)?,
        Kind::Invitation if seen.place.is_none() => {
            store::taught_by(db, person, &ids)? == ids.len()
        }
        Kind::Withdrawal if seen.place.is_none() => store::taught_by(db, person, &ids)? == 0,
        _ => store::is_still_so(db, kind, &ids, person)?,
    };
    let of_notice = match notice.as_ref().filter(|n| !n.is_trial) {
        Some(n) => notices::store::standing(db, n.notice, person, now)?,
        None => None,
    };
    // The audience is fixed when it is confirmed, but whoever has left the unit since, as whoever
    // stopped such letters, is spared; and everybody is when who let it go may no more.
    let goes = of_notice.is_none_or(|(state, may_go)| is_wanted(state) && may_go);
    let is_open = seen.batch == Some(BatchState::Open);
    let is_staff = is_open
        && seen.place.is_none()
        && store::is_staff(db, person, &ids, now.utc().date_naive())?;
    let rests = rules::rests_until(kind, *due_at, seen.useless_after, *zone, now);
    let seen = Now {
        state: seen.state,
        is_mine: seen.lease.as_deref() == Some(token.as_ref()),
        is_erased: seen.is_erased,
        useless_after: seen.useless_after,
        is_paused: seen.is_paused,
        is_held: of_notice.is_some_and(|(state, _)| state == NoticeState::Paused),
        is_resting: rests.is_some(),
        is_unsubscribed: match kind.series() {
            Some(Series::Reminders) => {
                seen.is_unsubscribed && !notice.as_ref().is_some_and(|n| n.is_trial)
            }
            _ => seen.is_stopped,
        },
        is_trial: *is_trial,
        is_blocked: seen.is_blocked,
        is_seated: is_open && seen.place == Some(Place::Seat),
        is_waiting: is_open && seen.place == Some(Place::Waiting),
        is_staff,
        is_still_so: is_still_so && goes,
        is_off: seen.batch == Some(BatchState::Cancelled),
        place: seen.place.filter(|_| is_open),
        sessions,
    };
    Ok(rules::verdict(kind, told, &seen, now))
}
