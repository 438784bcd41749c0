//! Each kind of letter made from facts, and the loop that sends what is due.

pub mod rules;
pub mod store;
pub mod compose;
pub mod returns;

use std::collections::{BTreeSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, interval, sleep, sleep_until};

use crate::attendance;
use crate::enrolment::offers;
use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::ledger;
use crate::kit::mail::Delivery;
use crate::kit::mail::courier::{Courier, Parcel};
use crate::kit::mail_text;
use crate::kit::site::{Site, Stamp};
use crate::kit::trial::{self, Sabotage};
use crate::letters::compose::Composed;
use crate::letters::rules::{Now, Verdict};
use crate::letters::store::Subjects;
use crate::post::rules::{End, Kind, Pace, reason};
use crate::post::store::{Fixed, Leased};
use crate::post::{self, Hand, Tally, Tried};
use crate::reminders::{self, Planned};
use crate::schedule::rules::BatchState;

/// Letters in one worker's hand at a time: what a killed worker holds waits for its lease to end.
const BATCH: i64 = 500;
/// Results that one write settles at most; it takes what has come in while the last one was written.
const RESULTS: usize = 200;
/// How often the switch that stops all mail is looked at, so that mail goes on within seconds on
/// every node when it is opened.
const GLANCE: Duration = Duration::from_secs(3);
/// How long results are kept while the database is away: as long as a lease holds, for after it
/// somebody else may send the letters again.
const PATIENCE: Duration = Duration::from_secs(240);
/// The waits between two tries to write results down.
const RETRIES: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5)];
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
    /// Letters that came back.
    pub returned: usize,
}

/// Plans and sends, turn by turn, every so many seconds or when the bell rings; ends after the
/// batch in hand when `stop` becomes true.
pub async fn run(site: Site, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut ticker = interval(every.max(Duration::from_secs(1)));
    let mut glance = interval(GLANCE);
    let mut was_paused = false;
    while !*stop.borrow() {
        tokio::select! {
            _ = ticker.tick() => {}
            // A moment more, so that what comes in a burst is planned in one go.
            () = site.bell.notified() => sleep(BREATH).await,
            _ = glance.tick() => {
                let is_paused = match site.read(post::pause::standing).await {
                    Ok(pause) => pause.is_some(),
                    // The next turn will tell that the database is away.
                    Err(_) => was_paused,
                };
                let goes_on = std::mem::replace(&mut was_paused, is_paused) && !is_paused;
                if !goes_on {
                    continue;
                }
            }
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
    let mut turn = Turn { returned: returns::collect(site).await?, ..Turn::default() };
    let now = site.now();
    write(site, move |db, site| {
        attendance::close_overdue(db, now)?;
        attendance::turns::tell_guests(db, &site.stamp())
    })
    .await?;
    let mut office = Office::of(site);
    loop {
        // Between any two batches, so that a change is not kept waiting by a long queue.
        plan(site, &mut turn.planned).await?;
        let round = office.send_batch().await?;
        turn.sent += round.tally;
        if round.is_last || *stop.borrow() {
            return Ok(turn);
        }
        if let Some(wait) = round.wait {
            let mut stop = stop.clone();
            tokio::select! {
                () = sleep(wait) => {}
                // Whoever asked for the end is gone, or asks: the loop sees it.
                _ = stop.changed() => {}
            }
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
    let now = site.now();
    if site.read(move |db| offers::is_due(db, now)).await? {
        write(site, |db, site| offers::sweep(db, &site.stamp())).await?;
    }
    while site.read(reminders::store::is_asked).await? {
        let done = write(site, |db, site| {
            // Seats that were added are offered first, so that their letters are planned with them.
            offers::sweep(db, &site.stamp())?;
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
    pace: Option<Pace>,
}

/// What became of one batch, and whether there is nothing more to do now.
struct Round {
    tally: Tally,
    is_last: bool,
    /// There is more, but not before then.
    wait: Option<Duration>,
}

/// A letter that will go, in the form it goes.
struct Ready {
    letter: Leased,
    composed: Composed,
}

/// What a courier tells of one letter.
struct Report {
    letter: Leased,
    outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq)]
enum Outcome {
    Ended(End),
    /// It is in other hands by now.
    Lost,
    /// Not tried; it goes back as it was.
    Back,
}

impl Office {
    fn of(site: &Site) -> Self {
        let couriers =
            (0..site.limits.mail_in_flight.max(1)).map(|_| Courier::new(site.mail.clone()));
        let pace = Pace::of(site.limits.mail_per_minute);
        Self { site: site.clone(), couriers: couriers.collect(), pace }
    }

    async fn send_batch(&mut self) -> Result<Round, Fault> {
        let nothing = |wait: Option<Duration>| {
            let is_last = wait.is_none();
            Ok(Round { tally: Tally::default(), is_last, wait })
        };
        let now = self.site.now();
        if !self.site.read(move |db| post::store::is_due(db, now)).await? {
            return nothing(None);
        }
        let token = token(&self.site);
        let hold = Hold::from(Instant::now());
        let (pace, mine) = (self.pace, token.clone());
        let (hand, now) = write(&self.site, move |db, site| {
            let now = site.shared_now(db)?;
            Ok((post::lease_paced(db, &mine, BATCH, pace, now)?, now))
        })
        .await?;
        let (leased, first_slot) = match hand {
            Hand::FullUntil(then) => return nothing(self.site.clock.until(now, then)),
            Hand::Letters(leased, _) if leased.is_empty() => return nothing(None),
            Hand::Letters(leased, first_slot) => (leased, first_slot),
        };
        let slots = self
            .pace
            .zip(first_slot)
            .and_then(|(pace, first)| Some(Slots::from(pace, self.site.clock.until(now, first)?)));
        let ids: Vec<LetterId> = leased.iter().map(|l| l.id).collect();
        let (ready, mut tally) = match prepare(&self.site, &token, leased).await {
            Ok(prepared) => prepared,
            Err(fault) => {
                self.release(&token, ids).await?;
                return Err(fault);
            }
        };
        // Making many letters takes its time, and nothing renewed the lease meanwhile.
        if hold.is_worn() {
            renew(&self.site, &token, &hold).await;
        }
        let (sent, is_over) = self.send(&token, ready, slots, &hold).await?;
        tally += sent;
        Ok(Round { tally, is_last: is_over, wait: None })
    }

    /// Sends what is ready, over all couriers at once, outside any transaction. True when going on
    /// would be in vain: the mail server seems to be away, or all mail is stopped.
    async fn send(
        &mut self,
        token: &str,
        ready: Vec<Ready>,
        slots: Option<Slots>,
        hold: &Hold,
    ) -> Result<(Tally, bool), Fault> {
        let queue = Arc::new(Mutex::new(VecDeque::from(ready)));
        let (tell, mut reports) = mpsc::unbounded_channel();
        let mut at_work = JoinSet::new();
        for courier in self.couriers.drain(..) {
            let round = Errand {
                site: self.site.clone(),
                token: token.into(),
                queue: queue.clone(),
                slots: slots.clone(),
                hold: hold.clone(),
                tell: tell.clone(),
            };
            at_work.spawn(round.walk(courier));
        }
        drop(tell);
        let mut heartbeat = interval(heartbeat());
        heartbeat.tick().await;
        let (mut tally, mut in_vain, mut came) = (Tally::default(), 0, Vec::new());
        let (mut is_paused, mut settled) = (false, Ok(()));
        loop {
            tokio::select! {
                n = reports.recv_many(&mut came, RESULTS) => {
                    if n == 0 {
                        break;
                    }
                    for report in &came {
                        match report.outcome {
                            Outcome::Ended(End::Sent) => in_vain = 0,
                            Outcome::Ended(End::Later(_)) => in_vain += 1,
                            Outcome::Back => is_paused = true,
                            _ => {}
                        }
                    }
                    if in_vain >= MOST_IN_VAIN || is_paused {
                        let left = lock(&queue).drain(..).map(|r| r.letter.id).collect();
                        self.release(token, left).await?;
                    }
                    match settle(&self.site, token, std::mem::take(&mut came)).await {
                        Ok(done) => tally += done,
                        // Couriers under way must end by themselves: a letter cut off is a letter
                        // that perhaps arrived.
                        Err(fault) => {
                            lock(&queue).clear();
                            settled = Err(fault);
                        }
                    }
                }
                _ = heartbeat.tick() => renew(&self.site, token, hold).await,
            }
        }
        while let Some(courier) = at_work.join_next().await {
            self.couriers.push(courier.map_err(Fault::broken)?);
        }
        settled?;
        Ok((tally, in_vain >= MOST_IN_VAIN || is_paused))
    }

    /// Puts letters that nobody has tried yet back as they were.
    async fn release(&self, token: &str, left: Vec<LetterId>) -> Result<(), Fault> {
        if left.is_empty() {
            return Ok(());
        }
        let mine = token.to_owned();
        write(&self.site, move |db, site| post::store::release(db, &mine, &left, site.now())).await
    }
}

/// What a worker's letters are held by.
fn token(site: &Site) -> String {
    if trial::breaks(Sabotage::ClaimWithoutLease) {
        return "anybody".to_owned();
    }
    site.ids.secret()
}

/// How often a lease is renewed while its letters go out: five times in its life.
fn heartbeat() -> Duration {
    lease() / 5
}

fn lease() -> Duration {
    Duration::from_secs(u64::try_from(post::lease_seconds()).unwrap_or(1))
}

/// Until when a worker may rely on its lease, by its own clock that never jumps and that runs on
/// while the process is frozen: one that wakes up too late hands nothing over.
#[derive(Clone)]
struct Hold(Arc<Mutex<Instant>>);

impl Hold {
    /// Counted from before the database was asked, so that it never ends after the lease itself.
    fn from(asked: Instant) -> Self {
        Self(Arc::new(Mutex::new(asked + lease())))
    }

    fn left(&self) -> Duration {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.saturating_duration_since(Instant::now())
    }

    /// Less than two heartbeats old is fresh; the rest of a lease's life is for what may be slow.
    fn is_worn(&self) -> bool {
        self.left() < heartbeat() * 4
    }

    /// Another worker may take the letters before one that is handed over now is settled.
    fn is_over(&self) -> bool {
        self.left() < heartbeat()
    }
}

async fn renew(site: &Site, token: &str, hold: &Hold) {
    let (asked, mine) = (Instant::now(), token.to_owned());
    let renewed = write(site, move |db, site| {
        let now = site.shared_now(db)?;
        post::renew(db, &mine, now)
    });
    match renewed.await {
        Ok(()) => {
            *hold.0.lock().unwrap_or_else(PoisonError::into_inner) = asked + lease();
        }
        Err(fault) => tracing::warn!(%fault, "a lease could not be renewed"),
    }
}

/// When each letter of a batch may go, under a limit.
#[derive(Clone)]
struct Slots {
    first: Instant,
    pace: Pace,
    taken: Arc<AtomicUsize>,
}

impl Slots {
    fn from(pace: Pace, ahead: Duration) -> Self {
        Self { first: Instant::now() + ahead, pace, taken: Arc::default() }
    }

    async fn wait(&self) {
        let place = self.taken.fetch_add(1, Ordering::SeqCst);
        sleep_until(self.first + self.pace.gap() * u32::try_from(place).unwrap_or(u32::MAX)).await;
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
    slots: Option<Slots>,
    hold: Hold,
    tell: mpsc::UnboundedSender<Report>,
}

impl Errand {
    async fn walk(self, mut courier: Courier) -> Courier {
        loop {
            if let Some(slots) = &self.slots {
                slots.wait().await;
            }
            let Some(Ready { letter, composed }) = lock(&self.queue).pop_front() else {
                return courier;
            };
            let outcome = self.deliver(&mut courier, &letter, &composed).await;
            if self.tell.send(Report { letter, outcome }).is_err() {
                return courier;
            }
        }
    }

    /// In the instant before sending: is it still ours, still in time, still true?
    async fn check(&self, letter: &Leased) -> Result<Verdict, Fault> {
        if self.hold.is_over() && !trial::breaks(Sabotage::ClaimWithoutLease) {
            return Ok(Verdict::Lost);
        }
        let (id, kind, token) = (letter.id, letter.kind, self.token.clone());
        let told = reminders::told(&letter.facts).sessions;
        let now = self.site.now();
        self.site
            .read(move |db| {
                let Some(seen) = store::standing(db, id)? else { return Ok(Verdict::Lost) };
                let ids: Vec<_> = told.iter().map(|(id, _)| *id).collect();
                let sessions =
                    if ids.is_empty() { Default::default() } else { store::revisions(db, &ids)? };
                let is_open = seen.batch == Some(BatchState::Open);
                let seen = Now {
                    state: seen.state,
                    is_mine: seen.lease.as_deref() == Some(&*token),
                    useless_after: seen.useless_after,
                    is_paused: seen.is_paused,
                    is_unsubscribed: seen.is_unsubscribed,
                    is_blocked: seen.is_blocked,
                    is_seated: is_open && seen.place == Some(Place::Seat),
                    is_waiting: is_open && seen.place == Some(Place::Waiting),
                    is_off: seen.batch == Some(BatchState::Cancelled),
                    place: seen.place.filter(|_| is_open),
                    sessions: &sessions,
                };
                Ok(rules::verdict(kind, &told, &seen, now))
            })
            .await
    }

    async fn deliver(
        &self,
        courier: &mut Courier,
        letter: &Leased,
        composed: &Composed,
    ) -> Outcome {
        let parcel = Parcel {
            name: &format!("{}-{}", letter.kind, letter.id),
            from: &self.site.mail_from,
            to: &composed.address,
            bytes: &composed.bytes,
        };
        let mut seen = Ok(Verdict::Send);
        let last_look = async {
            seen = self.check(letter).await;
            matches!(seen, Ok(Verdict::Send))
        };
        match courier.deliver(parcel, last_look).await {
            Delivery::Sent => Outcome::Ended(End::Sent),
            Delivery::Later(why) => Outcome::Ended(End::Later(why)),
            Delivery::Refused(why) => Outcome::Ended(End::Refused(why)),
            Delivery::Unreachable(why) => Outcome::Ended(End::Unreachable(why)),
            Delivery::Unknown(why) => Outcome::Ended(End::Unknown(why)),
            Delivery::Withheld => match seen {
                Ok(Verdict::Send | Verdict::Lost) => Outcome::Lost,
                Ok(Verdict::Paused) => Outcome::Back,
                Ok(Verdict::TooLate) => Outcome::Ended(End::Missed(reason::TOO_LATE)),
                Ok(Verdict::Unwanted) => Outcome::Ended(End::Unwanted),
                Ok(Verdict::Unsubscribed) => Outcome::Ended(End::Unsubscribed),
                Ok(Verdict::Blocked) => Outcome::Ended(End::Missed(reason::BLOCKED)),
                // The database is away; the letter was not tried.
                Err(fault) => Outcome::Ended(End::Later(fault.to_string())),
            },
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
            here.read_here(|db| store::facts(db, &about))?
        };
        let (mut ready, mut fixed, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for (letter, made) in compose_all(&here, &facts, leased, now) {
            match made {
                Ok(composed) => {
                    if letter.body.is_none() && !trial::breaks(Sabotage::SentBeforeCommit) {
                        let (address, body) = (composed.address.clone(), composed.bytes.clone());
                        fixed.push(Fixed { id: letter.id, address, body });
                    }
                    ready.push(Ready { letter, composed });
                }
                Err(end) => failed.push(Report { letter, outcome: Outcome::Ended(end) }),
            }
        }
        let limited = limited(&here, &ready);
        let (tally, later) = here.write_here(|db| {
            post::store::fix(db, &mine, &fixed)?;
            let later = if limited.is_empty() {
                BTreeSet::new()
            } else {
                let now = here.shared_now(db)?;
                post::pace_domains(db, &mine, &limited, now)?
            };
            Ok((settle_here(db, &mine, &failed, &here.stamp())?, later))
        })?;
        ready.retain(|r| !later.contains(&r.letter.id));
        // Somebody waits for a code with the page open.
        ready.sort_by_key(|r| r.letter.kind != Kind::SignIn);
        Ok((ready, tally))
    };
    spawn_blocking(work).await.map_err(Fault::broken)?
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

fn subjects(letters: &[&Leased]) -> Subjects {
    let mut about = Subjects::default();
    for letter in letters {
        about.people.extend(letter.person);
        about.people.extend(compose::cause(letter).about);
        about.people.extend(compose::bounced(letter).map(|notice| notice.person));
        about.batches.extend(letter.batch);
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
    letters: Vec<Leased>,
    now: Moment,
) -> Vec<(Leased, Result<Composed, End>)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = letters.len().div_ceil(cores).max(16);
    let made: Vec<Result<Composed, End>> = std::thread::scope(|scope| {
        let parts: Vec<_> = letters
            .chunks(share)
            .map(|part| {
                let work = move || {
                    part.iter().map(|l| compose_one(site, facts, l, now)).collect::<Vec<_>>()
                };
                let thread = std::thread::Builder::new().stack_size(COMPOSING_STACK);
                (part.len(), thread.spawn_scoped(scope, work))
            })
            .collect();
        let stumbled = |n: usize| vec![Err(End::Refused(STUMBLED.to_owned())); n];
        let join = |(n, part): (usize, std::io::Result<std::thread::ScopedJoinHandle<'_, _>>)| {
            part.ok().and_then(|p| p.join().ok()).unwrap_or_else(|| stumbled(n))
        };
        parts.into_iter().flat_map(join).collect()
    });
    letters.into_iter().zip(made).collect()
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

/// Writes ends down, with patience: a letter that went but is not written down goes again.
async fn settle(site: &Site, token: &str, reports: Vec<Report>) -> Result<Tally, Fault> {
    let reports = Arc::new(reports);
    let began = Instant::now();
    let mut waits = RETRIES.iter().chain(std::iter::repeat(&RETRIES[RETRIES.len() - 1]));
    loop {
        let (mine, told) = (token.to_owned(), reports.clone());
        let done = write(site, move |db, site| settle_here(db, &mine, &told, &site.stamp())).await;
        match (done, waits.next()) {
            (Err(fault), Some(wait)) if began.elapsed() < PATIENCE => {
                tracing::warn!(%fault, letters = reports.len(), "results are kept in hand");
                sleep(*wait).await;
            }
            (done, _) => return done,
        }
    }
}

/// Writes ends down; for a letter that was no longer true, the planner is asked to look again.
fn settle_here(
    db: &mut Db,
    token: &str,
    reports: &[Report],
    stamp: &Stamp,
) -> Result<Tally, Fault> {
    let now = stamp.now;
    let mut unreachable = vec![];
    let (mut tried, mut back, mut lost, mut stale) = (vec![], vec![], 0, BTreeSet::new());
    for Report { letter, outcome } in reports {
        let id = letter.id;
        let end = match outcome {
            Outcome::Ended(end) => end.clone(),
            Outcome::Lost => {
                lost += 1;
                continue;
            }
            Outcome::Back => {
                back.push(id);
                continue;
            }
        };
        if end == End::Unwanted && letter.kind != Kind::SignIn {
            stale.extend(letter.batch);
        }
        if let End::Unreachable(why) = &end {
            unreachable.push((id, why.clone()));
        }
        let (attempts, useless_after) = (letter.attempts, letter.useless_after);
        tried.push(Tried { id, attempts, useless_after, end });
    }
    if !back.is_empty() {
        post::store::release(db, token, &back, now)?;
    }
    let mut tally = post::settle(db, token, &tried, now)?;
    tally.late += lost;
    if tally.late > 0 {
        tracing::warn!(
            late_result = tally.late,
            "letters were in other hands when their results came"
        );
    }
    if !unreachable.is_empty() {
        post::bounces::refused(db, &unreachable, stamp)?;
    }
    for batch in stale {
        ledger::ask(db, batch, now)?;
    }
    Ok(tally)
}
