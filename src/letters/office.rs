//! One batch after the other: taken in hand, made, handed over by several couriers at once.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::mail::courier::Courier;
use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::errand::{Counter, Errand, Ready, Slots};
use crate::letters::hold::{Hold, heartbeat, renew};
use crate::letters::prepare::prepare;
use crate::letters::results::{Outcome, Report, settle};
use crate::letters::write;
use crate::post::rules::Pace;
use crate::post::{self, Hand, Tally};

/// Letters in one worker's hand at a time: what a killed worker holds waits for its lease to end.
const BATCH: i64 = 500;
/// Letters of which it is written down at most that they are about to be handed over: when the
/// worker is killed, each of them has spent a try. Enough that no courier waits for the writing.
pub const AHEAD: usize = 100;
/// Results that one write settles at most; it takes what has come in while the last one was written.
const RESULTS: usize = 200;

/// The couriers of one turn, with their connections, and its pace.
pub struct Office {
    site: Site,
    couriers: Vec<Courier>,
    pace: Option<Pace>,
}

/// What became of one batch, and whether there is nothing more to do now.
pub struct Round {
    pub tally: Tally,
    pub is_last: bool,
    /// There is more, but not before then.
    pub wait: Option<Duration>,
}

impl Office {
    pub fn of(site: &Site) -> Self {
        let couriers =
            (0..site.limits.mail_in_flight.max(1)).map(|_| Courier::new(site.mail.clone()));
        let pace = Pace::of(site.limits.mail_per_minute);
        Self { site: site.clone(), couriers: couriers.collect(), pace }
    }

    pub async fn send_batch(&mut self) -> Result<Round, Fault> {
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
        let counter = Counter::open();
        // Of the first ones it is written down already.
        let mut rest = VecDeque::from(ready);
        counter.put(next_of(&mut rest, AHEAD));
        if rest.is_empty() {
            counter.close();
        }
        let (tell, mut reports) = mpsc::unbounded_channel();
        let mut at_work = JoinSet::new();
        for courier in self.couriers.drain(..) {
            let round = Errand {
                site: self.site.clone(),
                token: token.into(),
                counter: counter.clone(),
                slots: slots.clone(),
                hold: hold.clone(),
                tell: tell.clone(),
            };
            at_work.spawn(round.walk(courier));
        }
        drop(tell);
        let mut heartbeat = interval(heartbeat());
        heartbeat.tick().await;
        let (mut tally, mut came) = (Tally::default(), Vec::new());
        let (mut is_paused, mut settled) = (false, Ok(()));
        loop {
            tokio::select! {
                n = reports.recv_many(&mut came, RESULTS) => {
                    if n == 0 {
                        break;
                    }
                    is_paused |= came.iter().any(|r| r.outcome == Outcome::Back);
                    let mut reports = std::mem::take(&mut came);
                    if counter.is_given_up() || is_paused {
                        let called_back = counter.clear().into_iter();
                        reports.extend(called_back.map(|r| Report { letter: r.letter, outcome: Outcome::Back }));
                        let left = rest.drain(..).map(|r| r.letter.id).collect();
                        self.release(token, left).await?;
                    }
                    let lying = counter.count();
                    let room = if lying * 2 > AHEAD { 0 } else { AHEAD - lying };
                    let next = next_of(&mut rest, room);
                    let ids = next.iter().map(|r| r.letter.id).collect();
                    match settle(&self.site, token, reports, ids).await {
                        Ok(done) => {
                            tally += done;
                            counter.put(next);
                        }
                        // Couriers under way must end by themselves: a letter cut off is a letter
                        // that perhaps arrived.
                        Err(fault) => {
                            counter.clear();
                            rest.clear();
                            settled = Err(fault);
                        }
                    }
                    if rest.is_empty() {
                        counter.close();
                    }
                }
                _ = heartbeat.tick() => renew(&self.site, token, hold).await,
            }
        }
        while let Some(courier) = at_work.join_next().await {
            self.couriers.push(courier.map_err(Fault::broken)?);
        }
        settled?;
        Ok((tally, counter.is_given_up() || is_paused))
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

/// The next letters to be handed over; each spends a try.
fn next_of(rest: &mut VecDeque<Ready>, most: usize) -> Vec<Ready> {
    let n = most.min(rest.len());
    let mut next: Vec<Ready> = rest.drain(..n).collect();
    for ready in &mut next {
        ready.letter.attempts += 1;
    }
    next
}

/// What a worker's letters are held by.
fn token(site: &Site) -> String {
    if trial::breaks(Sabotage::ClaimWithoutLease) {
        return "anybody".to_owned();
    }
    site.ids.secret()
}
