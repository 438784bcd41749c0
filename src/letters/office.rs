//! One batch after the other: taken in hand, made, handed over by several couriers at once.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::kit::fault::Fault;
use crate::kit::mail::courier::Courier;
use crate::kit::site::Site;
use crate::letters::errand::{Counter, Errand, Ready};
use crate::letters::hold::{heartbeat, renew};
use crate::letters::look::Looks;
use crate::letters::results::{Outcome, Report, settle};
use crate::letters::taking::{Batch, Coming, Taken, release, take};
use crate::letters::write;
use crate::post::rules::Pace;
use crate::post::{self, Tally};

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
    coming: Option<Coming>,
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
        Self { site: site.clone(), couriers: couriers.collect(), pace, coming: None }
    }

    /// Sends one batch; meanwhile the next one is made.
    pub async fn send_batch(&mut self) -> Result<Round, Fault> {
        let arrived = match self.coming.take() {
            Some(coming) => coming.arrive().await?,
            None => None,
        };
        // What was said before the last batch went out need not be so any more.
        let taken = match arrived {
            Some(batch) => Taken::Letters(batch),
            None => take(&self.site, self.pace, AHEAD).await?,
        };
        let batch = match taken {
            Taken::Letters(batch) => batch,
            Taken::Nothing(wait) => {
                return Ok(Round { tally: Tally::default(), is_last: wait.is_none(), wait });
            }
        };
        // Under a limit there is time enough between two batches.
        if batch.is_full && self.pace.is_none() {
            self.coming = Some(Coming::start(&self.site));
        }
        // Making many letters takes its time, and nothing renewed the lease meanwhile.
        if batch.hold.is_worn() {
            renew(&self.site, &batch.token, &batch.hold).await;
        }
        let made = batch.tally;
        let (sent, is_over) = self.send(batch).await?;
        let mut tally = made;
        tally += sent;
        Ok(Round { tally, is_last: is_over, wait: None })
    }

    /// Nothing more goes: what was made for the next batch is put back.
    pub async fn close(mut self) -> Result<(), Fault> {
        match self.coming.take() {
            Some(coming) => coming.put_back(&self.site).await,
            None => Ok(()),
        }
    }

    /// Sends what is ready, over all couriers at once, outside any transaction. True when going on
    /// would be in vain: the mail server seems to be away, or all mail is stopped.
    async fn send(&mut self, batch: Batch) -> Result<(Tally, bool), Fault> {
        let Batch { token, hold, ready, slots, is_announced, .. } = batch;
        let counter = Counter::open();
        let mut rest = VecDeque::from(ready);
        let first = next_of(&mut rest, AHEAD);
        if !is_announced {
            let (mine, ids) =
                (token.clone(), first.iter().map(|r| r.letter.id).collect::<Vec<_>>());
            write(&self.site, move |db, _| post::store::hand_over(db, &mine, &ids)).await?;
        }
        counter.put(first);
        if rest.is_empty() {
            counter.close();
        }
        let (tell, mut reports) = mpsc::unbounded_channel();
        let mut at_work = JoinSet::new();
        let looks = Looks::open(&self.site, &token);
        for courier in self.couriers.drain(..) {
            let round = Errand {
                site: self.site.clone(),
                looks: looks.clone(),
                counter: counter.clone(),
                slots: slots.clone(),
                hold: hold.clone(),
                tell: tell.clone(),
            };
            at_work.spawn(round.walk(courier));
        }
        drop((tell, looks));
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
                        release(&self.site, &token, left).await?;
                    }
                    let lying = counter.count();
                    let room = if lying * 2 > AHEAD { 0 } else { AHEAD - lying };
                    let next = next_of(&mut rest, room);
                    let ids = next.iter().map(|r| r.letter.id).collect();
                    match settle(&self.site, &token, reports, ids).await {
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
                _ = heartbeat.tick() => {
                    renew(&self.site, &token, &hold).await;
                    if let Some(coming) = &self.coming {
                        coming.renew(&self.site).await;
                    }
                }
            }
        }
        while let Some(courier) = at_work.join_next().await {
            self.couriers.push(courier.map_err(Fault::broken)?);
        }
        settled?;
        Ok((tally, counter.is_given_up() || is_paused))
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
