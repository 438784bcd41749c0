//! Each kind of letter made from facts, and the loop that sends what is due.

pub mod rules;
pub mod store;
pub mod compose;

use std::collections::{BTreeSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Interval, interval};

use crate::enrolment;
use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::ledger;
use crate::kit::mail::{Courier, Delivery};
use crate::kit::site::Site;
use crate::letters::compose::Composed;
use crate::letters::rules::{Now, Verdict};
use crate::letters::store::Subjects;
use crate::post::rules::{End, Kind, reason};
use crate::post::store::{Fixed, Leased};
use crate::post::{self, Tally, Tried};
use crate::reminders::{self, Planned};
use crate::schedule::rules::BatchState;

/// Letters in one worker's hand at a time: what a killed worker holds waits for its lease to end.
const BATCH: i64 = 500;
/// Results that one write settles at most; it takes what has come in while the last one was written.
const RESULTS: usize = 200;
/// How often a lease is renewed while its letters go out.
const HEARTBEAT: Duration = Duration::from_secs(60);
/// So many tries that fail one after the other, none getting through, end a batch: the mail server
/// is away, and the rest need not spend a try on finding that out.
const MOST_IN_VAIN: usize = 20;

/// How long the bell may go on ringing before it is answered.
const BREATH: Duration = Duration::from_millis(100);

/// What one turn of the ticker did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Turn {
    pub planned: Planned,
    pub sent: Tally,
}

/// Plans and sends, turn by turn, every so many seconds or when the bell rings; ends after the
/// batch in hand when `stop` becomes true.
pub async fn run(site: Site, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut ticker = interval(every.max(Duration::from_secs(1)));
    while !*stop.borrow() {
        tokio::select! {
            _ = ticker.tick() => {}
            // A moment more, so that what comes in a burst is planned in one go.
            () = site.bell.notified() => tokio::time::sleep(BREATH).await,
            changed = stop.changed() => if changed.is_err() { return },
        }
        match tick_until(&site, &stop).await {
            Ok(turn) if turn != Turn::default() => tracing::info!(?turn, "letters"),
            Ok(_) => {}
            Err(fault) => tracing::error!(%fault, "letters"),
        }
    }
}

/// One whole turn: everything that was asked for is planned, everything that is due is sent.
pub async fn tick(site: &Site) -> Result<Turn, Fault> {
    // The sender stays until the turn is over, so nothing asks for an end.
    let (_never, stop) = watch::channel(false);
    tick_until(site, &stop).await
}

async fn tick_until(site: &Site, stop: &watch::Receiver<bool>) -> Result<Turn, Fault> {
    let mut turn = Turn::default();
    let mut office = Office::of(site);
    loop {
        // Between any two batches, so that a change is not kept waiting by a long queue.
        plan(site, &mut turn.planned).await?;
        let round = office.send_batch().await?;
        turn.sent += round.tally;
        if round.is_last || *stop.borrow() {
            return Ok(turn);
        }
    }
}

/// Sends everything that is due.
pub async fn send_due(site: &Site) -> Result<Tally, Fault> {
    let mut office = Office::of(site);
    let mut tally = Tally::default();
    loop {
        let round = office.send_batch().await?;
        tally += round.tally;
        if round.is_last {
            return Ok(tally);
        }
    }
}

async fn plan(site: &Site, planned: &mut Planned) -> Result<(), Fault> {
    while site.read(reminders::store::is_asked).await? {
        let done = write(site, |db, site| {
            // Seats that were added are filled first, so that their letters are planned with them.
            enrolment::sweep(db, &site.stamp())?;
            reminders::plan(db, &site.stamp())
        })
        .await?;
        planned.batches += done.batches;
        planned.added += done.added;
        planned.amended += done.amended;
        planned.cancelled += done.cancelled;
    }
    Ok(())
}

/// A writing transaction that does not ring the bell: the bell is for others to wake this loop.
async fn write<T, F>(site: &Site, work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: FnOnce(&mut Db, &Site) -> Result<T, Fault> + Send + 'static,
{
    let site = site.clone();
    let done = spawn_blocking(move || site.write_here(|db| work(db, &site)));
    done.await.map_err(Fault::broken)?
}

/// The couriers of one turn, with their connections, and its pace.
struct Office {
    site: Site,
    couriers: Vec<Courier>,
    pace: Option<Arc<tokio::sync::Mutex<Interval>>>,
    most: i64,
}

/// What became of one batch, and whether there is nothing more to do now.
struct Round {
    tally: Tally,
    is_last: bool,
}

/// A letter that will go, in the form it goes.
struct Ready {
    letter: Leased,
    composed: Composed,
}

/// What a courier tells of one letter.
struct Report {
    letter: Leased,
    end: Option<End>,
}

impl Office {
    fn of(site: &Site) -> Self {
        let couriers =
            (0..site.limits.mail_in_flight.max(1)).map(|_| Courier::new(site.mail.clone()));
        let a_minute = site.limits.mail_per_minute;
        let pace = (a_minute > 0).then(|| {
            let gap = Duration::from_micros(60_000_000 / u64::from(a_minute));
            Arc::new(tokio::sync::Mutex::new(interval(gap.max(Duration::from_micros(1)))))
        });
        // With a limit, no more is taken in hand than goes in a quarter of a minute.
        let most = if a_minute > 0 { i64::from(a_minute / 4).clamp(1, BATCH) } else { BATCH };
        Self { site: site.clone(), couriers: couriers.collect(), pace, most }
    }

    async fn send_batch(&mut self) -> Result<Round, Fault> {
        let nothing = Round { tally: Tally::default(), is_last: true };
        let now = self.site.now();
        if !self.site.read(move |db| post::store::is_due(db, now)).await? {
            return Ok(nothing);
        }
        let token = self.site.ids.secret();
        let (most, mine) = (self.most, token.clone());
        let leased =
            write(&self.site, move |db, site| post::lease(db, &mine, most, site.now())).await?;
        if leased.is_empty() {
            return Ok(nothing);
        }
        let (ready, mut tally) = prepare(&self.site, &token, leased).await?;
        let (sent, in_vain) = self.send(&token, ready).await?;
        tally += sent;
        Ok(Round { tally, is_last: in_vain })
    }

    /// Sends what is ready, over all couriers at once, outside any transaction. True when the mail
    /// server seems to be away.
    async fn send(&mut self, token: &str, ready: Vec<Ready>) -> Result<(Tally, bool), Fault> {
        let queue = Arc::new(Mutex::new(VecDeque::from(ready)));
        let (tell, mut reports) = mpsc::unbounded_channel();
        let mut at_work = JoinSet::new();
        for courier in self.couriers.drain(..) {
            let round = Errand {
                site: self.site.clone(),
                token: token.into(),
                queue: queue.clone(),
                pace: self.pace.clone(),
                tell: tell.clone(),
            };
            at_work.spawn(round.walk(courier));
        }
        drop(tell);
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.tick().await;
        let (mut tally, mut in_vain, mut came) = (Tally::default(), 0, Vec::new());
        loop {
            tokio::select! {
                n = reports.recv_many(&mut came, RESULTS) => {
                    if n == 0 {
                        break;
                    }
                    for report in &came {
                        match report.end {
                            Some(End::Sent) => in_vain = 0,
                            Some(End::Later(_)) => in_vain += 1,
                            _ => {}
                        }
                    }
                    if in_vain >= MOST_IN_VAIN {
                        self.give_back(token, &queue).await?;
                    }
                    tally += settle(&self.site, token, std::mem::take(&mut came)).await?;
                }
                _ = heartbeat.tick() => {
                    let mine = token.to_owned();
                    write(&self.site, move |db, site| post::renew(db, &mine, site.now())).await?;
                }
            }
        }
        while let Some(courier) = at_work.join_next().await {
            self.couriers.push(courier.map_err(Fault::broken)?);
        }
        Ok((tally, in_vain >= MOST_IN_VAIN))
    }

    /// Puts the letters that nobody has tried yet back as they were.
    async fn give_back(&self, token: &str, queue: &Queue) -> Result<(), Fault> {
        let left: Vec<LetterId> = lock(queue).drain(..).map(|r| r.letter.id).collect();
        if left.is_empty() {
            return Ok(());
        }
        let mine = token.to_owned();
        write(&self.site, move |db, site| post::store::release(db, &mine, &left, site.now())).await
    }
}

type Queue = Arc<Mutex<VecDeque<Ready>>>;

fn lock(queue: &Queue) -> MutexGuard<'_, VecDeque<Ready>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One courier's way through the queue.
struct Errand {
    site: Site,
    token: Arc<str>,
    queue: Queue,
    pace: Option<Arc<tokio::sync::Mutex<Interval>>>,
    tell: mpsc::UnboundedSender<Report>,
}

impl Errand {
    async fn walk(self, mut courier: Courier) -> Courier {
        loop {
            if let Some(pace) = &self.pace {
                pace.lock().await.tick().await;
            }
            let Some(Ready { letter, composed }) = lock(&self.queue).pop_front() else {
                return courier;
            };
            let end = match self.check(&letter).await {
                Ok(Verdict::Send) => Some(self.deliver(&mut courier, &letter, &composed).await),
                Ok(Verdict::Lost) => None,
                Ok(Verdict::TooLate) => Some(End::Missed(reason::TOO_LATE)),
                Ok(Verdict::Unwanted) => Some(End::Unwanted),
                // The database is away; the letter was not tried.
                Err(fault) => Some(End::Later(fault.to_string())),
            };
            if self.tell.send(Report { letter, end }).is_err() {
                return courier;
            }
        }
    }

    /// In the instant before sending: is it still ours, still in time, still true?
    async fn check(&self, letter: &Leased) -> Result<Verdict, Fault> {
        let (id, kind, token) = (letter.id, letter.kind, self.token.clone());
        let person = letter.person;
        let told = reminders::told(&letter.facts).sessions;
        let now = self.site.now();
        self.site
            .read(move |db| {
                let Some(seen) = store::standing(db, id)? else { return Ok(Verdict::Lost) };
                let ids: Vec<_> = told.iter().map(|(id, _)| *id).collect();
                let sessions =
                    if ids.is_empty() { Default::default() } else { store::revisions(db, &ids)? };
                let is_still_so = store::is_still_so(db, kind, &ids, person)?;
                let is_open = seen.batch == Some(BatchState::Open);
                let seen = Now {
                    state: seen.state,
                    is_mine: seen.lease.as_deref() == Some(&*token),
                    useless_after: seen.useless_after,
                    is_seated: is_open && seen.place == Some(Place::Seat),
                    is_waiting: is_open && seen.place == Some(Place::Waiting),
                    is_staff: is_open && seen.place.is_none(),
                    is_still_so,
                    sessions: &sessions,
                };
                Ok(rules::verdict(kind, &told, &seen, now))
            })
            .await
    }

    async fn deliver(&self, courier: &mut Courier, letter: &Leased, composed: &Composed) -> End {
        let name = format!("{}-{}", letter.kind, letter.id);
        let from = &self.site.mail_from;
        match courier.deliver(&name, from, &composed.address, &composed.bytes).await {
            Delivery::Sent => End::Sent,
            Delivery::Later(why) => End::Later(why),
            Delivery::Refused(why) => End::Refused(why),
            Delivery::Unknown(why) => End::Unknown(why),
        }
    }
}

/// Makes the letters that were not made before, and writes their bytes down: whatever happens from
/// here on, a repeat is the same. One that cannot be made is settled; the others go on.
async fn prepare(
    site: &Site,
    token: &str,
    leased: Vec<Leased>,
) -> Result<(Vec<Ready>, Tally), Fault> {
    let (mine, here) = (token.to_owned(), site.clone());
    let work = move || {
        let now = here.now();
        let fresh: Vec<&Leased> = leased.iter().filter(|l| l.body.is_none()).collect();
        let about = subjects(&fresh);
        let facts = if fresh.is_empty() {
            Default::default()
        } else {
            here.read_here(|db| store::facts(db, &about, now))?
        };
        let made = compose_all(&here, &facts, &leased, now);
        let (mut ready, mut fixed, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for (letter, made) in leased.into_iter().zip(made) {
            match made {
                Ok(composed) => {
                    if letter.body.is_none() {
                        let (address, body) = (composed.address.clone(), composed.bytes.clone());
                        fixed.push(Fixed { id: letter.id, address, body });
                    }
                    ready.push(Ready { letter, composed });
                }
                Err(end) => failed.push(Report { letter, end: Some(end) }),
            }
        }
        let tally = here.write_here(|db| {
            post::store::fix(db, &mine, &fixed)?;
            settle_here(db, &mine, failed, now)
        })?;
        Ok((ready, tally))
    };
    spawn_blocking(work).await.map_err(Fault::broken)?
}

fn subjects(letters: &[&Leased]) -> Subjects {
    let mut about = Subjects::default();
    for letter in letters {
        about.people.extend(letter.person);
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

/// Each letter by itself, on every core; a letter that makes the program stumble is one failed
/// letter.
fn compose_all(
    site: &Site,
    facts: &store::Facts,
    letters: &[Leased],
    now: Moment,
) -> Vec<Result<Composed, End>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = letters.len().div_ceil(cores).max(16);
    std::thread::scope(|scope| {
        let parts: Vec<_> = letters
            .chunks(share)
            .map(|part| {
                scope.spawn(move || part.iter().map(|l| compose_one(site, facts, l, now)).collect())
            })
            .collect();
        let parts: Vec<Vec<_>> = parts.into_iter().map(|p| p.join().unwrap_or_default()).collect();
        parts.into_iter().flatten().collect()
    })
}

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
    let made = std::panic::catch_unwind(work)
        .unwrap_or_else(|_| Err(End::Refused("the letter could not be made".to_owned())));
    if let Err(End::Refused(why)) = &made {
        tracing::error!(letter = %letter.id, kind = letter.kind.word(), why, "a letter cannot be made");
    }
    made
}

async fn settle(site: &Site, token: &str, reports: Vec<Report>) -> Result<Tally, Fault> {
    let reports = Arc::new(reports);
    let mut patience = 5;
    loop {
        let (mine, told) = (token.to_owned(), reports.clone());
        let done = write(site, move |db, site| {
            let again =
                told.iter().map(|r| Report { letter: r.letter.clone(), end: r.end.clone() });
            settle_here(db, &mine, again.collect(), site.now())
        });
        match done.await {
            Err(Fault::Busy) if patience > 0 => {
                patience -= 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            other => return other,
        }
    }
}

/// Writes ends down; for a letter that was no longer true, the planner is asked to look again.
fn settle_here(
    db: &mut Db,
    token: &str,
    reports: Vec<Report>,
    now: Moment,
) -> Result<Tally, Fault> {
    let (mut tried, mut lost, mut stale) = (Vec::new(), 0, BTreeSet::new());
    for Report { letter, end } in reports {
        let Some(end) = end else {
            lost += 1;
            continue;
        };
        if end == End::Unwanted && letter.kind != Kind::SignIn {
            stale.extend(letter.batch);
        }
        let (id, attempts, useless_after) = (letter.id, letter.attempts, letter.useless_after);
        tried.push(Tried { id, attempts, useless_after, end });
    }
    let mut tally = post::settle(db, token, &tried, now)?;
    tally.late += lost;
    if tally.late > 0 {
        tracing::warn!(late = tally.late, "letters were in other hands when their results came");
    }
    for batch in stale {
        ledger::ask(db, batch, now)?;
    }
    Ok(tally)
}
