//! One batch after the other: taken in hand, made, handed over by several couriers at once. While
//! the last letters of a batch go out, the first of the next one do, and those after are made.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until};

use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::mail::courier::Courier;
use crate::kit::site::Site;
use crate::letters::errand::{Counter, Errand, Ready};
use crate::letters::hold::{Hold, heartbeat};
use crate::letters::look::Looks;
use crate::letters::results::{Outcome, Report, Step, settle};
use crate::letters::taking::{Batch, Coming, Next, Order, release, take_codes};
use crate::letters::{Care, write};
use crate::post::rules::{Pace, Stride};
use crate::post::{self, Tally};
use crate::reminders::Planned;

/// Letters of which it is written down that they are about to be handed over, sign-in codes apart:
/// when the worker is killed, each of them has spent a try. So many that no courier waits for the
/// writing, which stands in line behind the bytes of the next batch: with 100, one of two processors
/// was idle for a fifth of the time (4,500 letters a second; 5,000 with 300).
pub const AHEAD: usize = 300;
/// How often it is asked at most whether somebody waits for a sign-in code.
const BREATH: Duration = Duration::from_millis(100);
/// Results that one write settles at most: all that couriers can tell while the last one is written.
const RESULTS: usize = AHEAD + 100;
/// From one write of results to the next: with a mail server that takes its time each would otherwise
/// settle three or four letters, and cost as much as the letters themselves.
const GATHER: Duration = Duration::from_millis(10);

/// Batches that wait, in part or whole, or are being made.
const MOST_WAITING: usize = 2;

/// What one turn did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    pub planned: Planned,
    pub sent: Tally,
}

/// A batch of which letters are still out or still to go.
struct Pile {
    hold: Hold,
    /// Those that are not on the counter yet.
    rest: VecDeque<Ready>,
    /// Those that were put on the counter and of which nothing was told yet.
    out: usize,
}

/// The couriers of one turn, with their connections, and what they carry.
pub struct Office {
    site: Site,
    care: Care,
    pace: Option<Pace>,
    counter: Counter,
    piles: Vec<Pile>,
    /// Those that come next, being made; the first ones were asked for first.
    coming: Vec<Coming>,
    at_work: JoinSet<()>,
    /// Where couriers tell; closed once no more letters come.
    tell: Option<mpsc::UnboundedSender<Report>>,
    done: Done,
    /// The last batch was full, so that there are probably more.
    is_full: bool,
    /// The batch that comes was asked for when nothing was out.
    was_idle: bool,
    /// There is more, but not before then.
    wake: Option<Instant>,
    /// Until then the bell is not heard.
    rests: Instant,
    /// Until then results are gathered, if there is anything to wait for.
    gathers: Option<Instant>,
    /// No more batches are taken: nothing is due, or going on would be in vain.
    is_over: bool,
    /// Nothing was due any more, of all that was asked for before.
    found_nothing: bool,
    /// The bell was heard, and what it rang for is not planned for certain.
    has_rung: bool,
    /// The end was asked for.
    is_stopped: bool,
    /// The first thing that went wrong.
    fault: Option<Fault>,
}

/// Sends what is due, batch after batch, until nothing is or the end is asked for. What is not
/// under way then is put back as it was.
pub async fn send(site: &Site, care: Care, mut stop: watch::Receiver<bool>) -> Result<Done, Fault> {
    let (tell, mut reports) = mpsc::unbounded_channel();
    let mut office = Office {
        site: site.clone(),
        care,
        pace: Pace::of(site.limits.mail_per_minute),
        counter: Counter::open(site.limits.mail_in_flight.max(1)),
        piles: vec![],
        coming: vec![],
        at_work: JoinSet::new(),
        tell: Some(tell),
        done: Done::default(),
        is_full: false,
        was_idle: true,
        wake: None,
        rests: Instant::now(),
        gathers: None,
        is_over: false,
        found_nothing: false,
        has_rung: false,
        is_stopped: false,
        fault: None,
    };
    let mut came = Vec::new();
    let mut heartbeat = interval(heartbeat());
    heartbeat.tick().await;
    loop {
        if *stop.borrow() && !office.is_stopped {
            office.stop().await;
        }
        office.ask_for_more();
        if office.is_last() {
            office.counter.close();
            office.tell = None;
            office.gathers = None;
        }
        tokio::select! {
            n = gathered(&mut reports, &mut came, office.gathers) => {
                if n == 0 {
                    break;
                }
                office.gathers = Some(Instant::now() + GATHER);
                office.note(std::mem::take(&mut came)).await;
            }
            next = arrive(&mut office.coming), if !office.coming.is_empty() => {
                office.take(next).await;
            }
            // Under a limit no batch lasts long, and codes have slots like all others.
            () = rung(site, office.rests), if !office.is_over && office.pace.is_none() => {
                office.hear_bell().await;
            }
            _ = heartbeat.tick() => office.renew().await,
            () = sleep_until(office.wake.unwrap_or_else(Instant::now)), if office.wake.is_some() => {
                office.wake = None;
            }
            // A courier that ends before its time has a letter of which nothing is told.
            Some(Err(fault)) = office.at_work.join_next(), if !office.at_work.is_empty() => {
                office.fail(Fault::broken(fault));
                office.take_back().await;
            }
            // Whoever might ask for the end is gone: that is an end too.
            changed = stop.changed(), if !office.is_stopped => if changed.is_err() {
                office.stop().await;
            },
        }
    }
    while let Some(courier) = office.at_work.join_next().await {
        courier.map_err(Fault::broken)?;
    }
    // What rang while nothing was taken any more is for the next turn.
    if office.has_rung && !office.found_nothing {
        site.bell.notify_one();
    }
    office.fault.map_or(Ok(office.done), Err)
}

/// What couriers told until then, or the first thing they tell after it.
async fn gathered(
    reports: &mut mpsc::UnboundedReceiver<Report>,
    came: &mut Vec<Report>,
    until: Option<Instant>,
) -> usize {
    if let Some(until) = until.filter(|_| reports.len() < RESULTS) {
        sleep_until(until).await;
    }
    reports.recv_many(came, RESULTS).await
}

/// Somebody asked for something.
async fn rung(site: &Site, rests: Instant) {
    sleep_until(rests).await;
    site.bell.notified().await;
}

/// Whichever is made first; never, when nothing comes.
async fn arrive(coming: &mut Vec<Coming>) -> Result<Next, Fault> {
    let (place, next) = poll_fn(|context| {
        let made =
            coming.iter_mut().enumerate().find_map(|(place, coming)| match coming.poll(context) {
                Poll::Ready(next) => Some((place, next)),
                Poll::Pending => None,
            });
        made.map_or(Poll::Pending, Poll::Ready)
    })
    .await;
    coming.remove(place);
    next
}

impl Office {
    fn is_idle(&self) -> bool {
        self.piles.is_empty()
    }

    /// Nothing more will be put on the counter.
    fn is_last(&self) -> bool {
        self.is_over && self.coming.is_empty() && self.piles.iter().all(|p| p.rest.is_empty())
    }

    fn ask_for_more(&mut self) {
        if self.is_over || self.wake.is_some() {
            return;
        }
        let now = Instant::now();
        let stride = Stride::beside(self.site.visits.are_expected(now.into_std()));
        let wake = stride.rest().map(|rest| now + rest);
        if self.is_idle() && self.coming.is_empty() {
            self.was_idle = true;
            let order = Order { pace: self.pace, announced: AHEAD, stride, leads: true };
            self.coming.push(Coming::start(&self.site, self.care, order));
            self.wake = wake;
            return;
        }
        // While one is written down, the next one is taken in hand. Under a limit there is time
        // enough between two batches.
        let waiting = self.piles.iter().filter(|pile| !pile.rest.is_empty()).count();
        while self.is_full && self.pace.is_none() && waiting + self.coming.len() < MOST_WAITING {
            self.was_idle = false;
            // One at a time plans, and takes what dead workers left: one of those may be what its
            // worker died of. There always is one, however long the queue.
            let leads = !self.coming.iter().any(Coming::leads);
            let care = if leads { self.care } else { Care::Ledger };
            let order = Order { pace: None, announced: 0, stride, leads };
            self.coming.push(Coming::start(&self.site, care, order));
            if wake.is_some() {
                self.wake = wake;
                return;
            }
        }
    }

    async fn take(&mut self, next: Result<Next, Fault>) {
        let next = match next {
            Ok(next) => next,
            Err(fault) => return self.fail(fault),
        };
        self.done.planned += next.planned;
        let Some(batch) = next.batch else {
            self.is_full = false;
            self.wake = next.wait.map(|wait| Instant::now() + wait);
            // What was said while letters were out need not be so any more.
            self.found_nothing = self.was_idle && self.wake.is_none() && !next.is_unwritten;
            self.is_over |= self.found_nothing;
            return;
        };
        self.is_full = batch.is_full;
        self.add(batch).await;
    }

    /// Somebody perhaps asked for a sign-in code.
    async fn hear_bell(&mut self) {
        self.rests = Instant::now() + BREATH;
        // What comes was perhaps planned before it rang.
        (self.was_idle, self.has_rung) = (false, true);
        match take_codes(&self.site).await {
            Ok(Some(batch)) => self.add(batch).await,
            Ok(None) => {}
            // The database is busy, or away: then all else will tell.
            Err(fault) => {
                tracing::warn!(%fault, "sign-in codes");
                self.site.bell.notify_one();
            }
        }
    }

    async fn add(&mut self, batch: Batch) {
        self.done.sent += batch.tally;
        let (hold, rest) = (batch.hold, VecDeque::from(batch.ready));
        // Perhaps none of them could be made.
        if rest.is_empty() {
            return;
        }
        // Making many letters takes its time, and whatever kept the office from renewing the lease.
        if hold.is_worn() {
            hold.renew(&self.site).await;
        }
        if !self.is_over {
            self.open();
        }
        let are_codes = rest.front().is_some_and(Ready::is_code);
        let place = self.piles.len();
        self.piles.push(Pile { hold, rest, out: 0 });
        let first = next_of(&mut self.piles[place].rest, batch.announced);
        self.put(place, first);
        if self.is_over {
            return self.take_back().await;
        }
        let next = match are_codes {
            true => Some((place, next_of(&mut self.piles[place].rest, AHEAD))),
            false => self.next(),
        };
        if let Some((place, next)) = next {
            self.announce(place, next).await;
        }
    }

    /// Opens the counter, the first time.
    fn open(&mut self) {
        let Some(tell) = self.tell.as_ref().filter(|_| self.at_work.is_empty()) else { return };
        let looks = Looks::open(&self.site);
        for _ in 0..self.site.limits.mail_in_flight.max(1) {
            let errand = Errand {
                site: self.site.clone(),
                looks: looks.clone(),
                counter: self.counter.clone(),
                tell: tell.clone(),
            };
            self.at_work.spawn(errand.walk(Courier::new(self.site.mail.clone())));
        }
    }

    /// Puts letters on the counter, once it is written down that they are about to go.
    async fn announce(&mut self, place: usize, next: Vec<Ready>) {
        if next.is_empty() {
            return;
        }
        let (mine, ids) = (self.piles[place].hold.token.clone(), ids_of(&next));
        let announced = write(&self.site, move |db, _| post::store::hand_over(db, &mine, &ids));
        match announced.await {
            Ok(()) => self.put(place, next),
            Err(fault) => {
                let token = self.piles[place].hold.token.clone();
                let left = [ids_of(&next), ids_of(&self.piles[place].rest)].concat();
                self.piles[place].rest.clear();
                put_back(&self.site, &token, left).await;
                self.fail(fault);
            }
        }
    }

    /// The next letters for the counter, if there is room on it, and of which pile.
    fn next(&mut self) -> Option<(usize, Vec<Ready>)> {
        let lying = self.counter.count();
        if lying * 2 > AHEAD {
            return None;
        }
        let codes = |pile: &Pile| pile.rest.front().is_some_and(Ready::is_code);
        let place = self.piles.iter().position(codes);
        let place = place.or_else(|| self.piles.iter().position(|pile| !pile.rest.is_empty()))?;
        Some((place, next_of(&mut self.piles[place].rest, AHEAD - lying)))
    }

    fn put(&mut self, place: usize, next: Vec<Ready>) {
        self.piles[place].out += next.len();
        // Whoever waits for a sign-in code has the page open.
        match next.first().is_some_and(Ready::is_code) {
            true => self.counter.put_first(next),
            false => self.counter.put(next),
        }
    }

    /// Settles what came, and announces in the same write what goes next.
    async fn note(&mut self, mut came: Vec<Report>) {
        let is_paused = came.iter().any(|r| r.outcome == Outcome::Back);
        if self.counter.is_given_up() || is_paused {
            self.call_back(&mut came).await;
        }
        let next = self.next();
        let mut steps: Vec<Step> = vec![];
        for (place, pile) in self.piles.iter_mut().enumerate() {
            let (mine, others): (Vec<Report>, Vec<Report>) =
                came.into_iter().partition(|r| Arc::ptr_eq(&r.token, &pile.hold.token));
            came = others;
            pile.out -= mine.len();
            let next = next.as_ref().filter(|(of, _)| *of == place);
            let next = next.map_or_else(Vec::new, |(_, letters)| ids_of(letters));
            if !mine.is_empty() || !next.is_empty() {
                steps.push(Step { token: pile.hold.token.clone(), reports: mine, next });
            }
        }
        match settle(&self.site, steps).await {
            Ok(tally) => {
                self.done.sent += tally;
                if let Some((place, letters)) = next {
                    self.put(place, letters);
                }
            }
            // Couriers under way must end by themselves: a letter cut off is a letter that perhaps
            // arrived.
            Err(fault) => {
                self.counter.call_back();
                self.piles.iter_mut().for_each(|pile| pile.rest.clear());
                self.fail(fault);
            }
        }
        self.piles.retain(|pile| pile.out > 0 || !pile.rest.is_empty());
    }

    /// Takes back what is not under way: the mail server seems to be away, all mail is stopped, or
    /// the end is asked for.
    async fn call_back(&mut self, came: &mut Vec<Report>) {
        self.is_over = true;
        let lying = self.counter.call_back().into_iter();
        came.extend(lying.map(|ready| Report::of(ready, Outcome::Back)));
        for pile in &mut self.piles {
            let left = ids_of(&pile.rest);
            pile.rest.clear();
            put_back(&self.site, &pile.hold.token, left).await;
        }
    }

    async fn stop(&mut self) {
        self.is_stopped = true;
        self.take_back().await;
    }

    async fn take_back(&mut self) {
        let mut came = vec![];
        self.call_back(&mut came).await;
        self.note(came).await;
    }

    fn fail(&mut self, fault: Fault) {
        self.is_over = true;
        self.fault.get_or_insert(fault);
    }

    async fn renew(&self) {
        for pile in &self.piles {
            pile.hold.renew(&self.site).await;
        }
        for coming in &self.coming {
            coming.renew(&self.site).await;
        }
    }
}

/// Should this fail, they wait for the end of their lease.
async fn put_back(site: &Site, token: &str, left: Vec<LetterId>) {
    if let Err(fault) = release(site, token, left).await {
        tracing::warn!(%fault, "letters wait for the end of their lease");
    }
}

/// The next letters to be handed over; each spends a try.
fn next_of(rest: &mut VecDeque<Ready>, most: usize) -> Vec<Ready> {
    let n = most.min(rest.len());
    let mut next: Vec<Ready> = rest.drain(..n).collect();
    for ready in &mut next {
        ready.letter.attempts += 1;
    }
    next
}

fn ids_of<'a>(letters: impl IntoIterator<Item = &'a Ready>) -> Vec<LetterId> {
    letters.into_iter().map(|ready| ready.letter.id).collect()
}
