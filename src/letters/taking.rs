//! Taking a batch of letters in hand and making them, now or while the batch before goes out.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::errand::{Ready, Slots};
use crate::letters::hold::{Hold, renew};
use crate::letters::prepare::prepare;
use crate::letters::write;
use crate::post::rules::Pace;
use crate::post::{self, Hand, Tally};

/// Letters in one batch. A worker has two in hand at most, the one that goes out and the one after
/// it: what a killed worker holds waits for its lease to end.
const BATCH: i64 = 250;

/// Letters in hand, made.
pub struct Batch {
    pub token: String,
    pub hold: Hold,
    pub ready: Vec<Ready>,
    pub slots: Option<Slots>,
    /// What became of those that cannot go.
    pub tally: Tally,
    /// There are probably more.
    pub is_full: bool,
    /// Of the first ones it is written down that they are about to be handed over.
    pub is_announced: bool,
}

pub enum Taken {
    Letters(Batch),
    /// Nothing is due; or there is, but not before then.
    Nothing(Option<Duration>),
}

/// Takes what is due in hand and makes it. `announced` of the first are about to be handed over.
pub async fn take(site: &Site, pace: Option<Pace>, announced: usize) -> Result<Taken, Fault> {
    let (token, hold) = (token(site), Hold::from(Instant::now()));
    take_with(site, token, hold, pace, announced).await
}

async fn take_with(
    site: &Site,
    token: String,
    hold: Hold,
    pace: Option<Pace>,
    announced: usize,
) -> Result<Taken, Fault> {
    let now = site.now();
    if !site.read(move |db| post::store::is_due(db, now)).await? {
        return Ok(Taken::Nothing(None));
    }
    let mine = token.clone();
    let (hand, now) = write(site, move |db, site| {
        let now = site.shared_now(db)?;
        Ok((post::lease_paced(db, &mine, BATCH, pace, now)?, now))
    })
    .await?;
    let (leased, first_slot) = match hand {
        Hand::FullUntil(then) => return Ok(Taken::Nothing(site.clock.until(now, then))),
        Hand::Letters(leased, _) if leased.is_empty() => return Ok(Taken::Nothing(None)),
        Hand::Letters(leased, first_slot) => (leased, first_slot),
    };
    let slots = pace
        .zip(first_slot)
        .and_then(|(pace, first)| Some(Slots::from(pace, site.clock.until(now, first)?)));
    let is_full = i64::try_from(leased.len()) == Ok(BATCH);
    let ids: Vec<LetterId> = leased.iter().map(|l| l.id).collect();
    let (ready, tally) = match prepare(site, &token, leased, announced).await {
        Ok(prepared) => prepared,
        Err(fault) => {
            release(site, &token, ids).await?;
            return Err(fault);
        }
    };
    let is_announced = announced > 0;
    Ok(Taken::Letters(Batch { token, hold, ready, slots, tally, is_full, is_announced }))
}

/// The batch after the one that goes out: made meanwhile, and held as long as that takes.
pub struct Coming {
    token: String,
    hold: Hold,
    task: JoinHandle<Result<Taken, Fault>>,
}

impl Coming {
    pub fn start(site: &Site) -> Self {
        let (token, hold) = (token(site), Hold::from(Instant::now()));
        let (here, mine, held) = (site.clone(), token.clone(), hold.clone());
        let task = tokio::spawn(async move { take_with(&here, mine, held, None, 0).await });
        Self { token, hold, task }
    }

    pub async fn renew(&self, site: &Site) {
        renew(site, &self.token, &self.hold).await;
    }

    /// Waits until it is made; none when nothing was due.
    pub async fn arrive(self) -> Result<Option<Batch>, Fault> {
        match self.task.await.map_err(Fault::broken)?? {
            Taken::Letters(batch) => Ok(Some(batch)),
            Taken::Nothing(_) => Ok(None),
        }
    }

    /// Puts its letters back as they were.
    pub async fn put_back(self, site: &Site) -> Result<(), Fault> {
        let Some(batch) = self.arrive().await? else { return Ok(()) };
        let ids = batch.ready.iter().map(|r| r.letter.id).collect();
        release(site, &batch.token, ids).await
    }
}

/// Puts letters that nobody has tried yet back as they were.
pub async fn release(site: &Site, token: &str, left: Vec<LetterId>) -> Result<(), Fault> {
    if left.is_empty() {
        return Ok(());
    }
    let mine = token.to_owned();
    write(site, move |db, site| post::store::release(db, &mine, &left, site.now())).await
}

/// What a worker's letters are held by.
fn token(site: &Site) -> String {
    if trial::breaks(Sabotage::ClaimWithoutLease) {
        return "anybody".to_owned();
    }
    site.ids.secret()
}
