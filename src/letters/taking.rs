//! Taking a batch of letters in hand and making them, while those before go out.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::kit::fault::Fault;
use crate::kit::ids::LetterId;
use crate::kit::site::Site;
use crate::letters::errand::{Ready, Slots};
use crate::letters::hold::Hold;
use crate::letters::office::AHEAD;
use crate::letters::prepare::prepare;
use crate::letters::{Care, write};
use crate::post::rules::{Pace, Stride};
use crate::post::store::Leased;
use crate::post::{self, Hand, Tally};
use crate::reminders::Planned;

/// Letters in hand, made.
pub struct Batch {
    pub hold: Hold,
    pub ready: Vec<Ready>,
    /// What became of those that cannot go.
    pub tally: Tally,
    /// There are probably more.
    pub is_full: bool,
    /// Of so many of the first ones it is written down that they are about to be handed over.
    pub announced: usize,
}

/// What comes after the letters that go out.
#[derive(Default)]
pub struct Next {
    pub planned: Planned,
    pub batch: Option<Batch>,
    /// Nothing is due, but letters of notices are still to be written.
    pub is_unwritten: bool,
    /// There is more, but not before then.
    pub wait: Option<Duration>,
}

/// What is to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    pub pace: Option<Pace>,
    /// So many of the first letters are about to be handed over.
    pub announced: usize,
    pub stride: Stride,
    /// It takes what dead workers left too.
    pub leads: bool,
}

/// The batch that comes next, being made.
pub struct Coming {
    hold: Hold,
    leads: bool,
    task: JoinHandle<Result<Next, Fault>>,
}

impl Coming {
    /// Plans first, when that is wanted: between any two batches, so that a change is not kept
    /// waiting by a long queue.
    pub fn start(site: &Site, care: Care, order: Order) -> Self {
        let hold = Hold::begin(site);
        let (here, mine) = (site.clone(), hold.clone());
        let task = tokio::spawn(async move {
            let (planned, is_unwritten) = care.tend(&here).await?;
            let next = take(&here, mine, order).await?;
            Ok(Next { planned, is_unwritten, ..next })
        });
        Self { hold, leads: order.leads, task }
    }

    pub fn leads(&self) -> bool {
        self.leads
    }

    pub async fn renew(&self, site: &Site) {
        self.hold.renew(site).await;
    }

    /// Whether it is made; not asked again once it was.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Next, Fault>> {
        let made = Pin::new(&mut self.task).poll(context);
        made.map(|made| made.map_err(Fault::broken)?)
    }
}

/// Takes sign-in codes that are due in hand, as many as may be announced, and makes them.
pub async fn take_codes(site: &Site) -> Result<Option<Batch>, Fault> {
    let now = site.now();
    if !site.read(move |db| post::store::is_code_due(db, now)).await? {
        return Ok(None);
    }
    let hold = Hold::begin(site);
    let mine = hold.token.clone();
    let leased = write(site, move |db, site| {
        let now = site.shared_now(db)?;
        post::lease_codes(db, &mine, AHEAD as i64, now)
    })
    .await?;
    if leased.is_empty() { Ok(None) } else { make(site, hold, None, leased, AHEAD).await.map(Some) }
}

/// Takes what is due in hand and makes it.
async fn take(site: &Site, hold: Hold, order: Order) -> Result<Next, Fault> {
    let Order { pace, announced, stride, leads } = order;
    let now = site.now();
    if !site.read(move |db| post::store::is_due(db, now)).await? {
        return Ok(Next::default());
    }
    let mine = hold.token.clone();
    let (hand, now) = write(site, move |db, site| {
        let now = site.shared_now(db)?;
        Ok((post::lease_paced(db, &mine, stride.most, pace, leads, now)?, now))
    })
    .await?;
    let (leased, first_slot) = match hand {
        Hand::FullUntil(then) => {
            return Ok(Next { wait: site.clock.until(now, then), ..Next::default() });
        }
        Hand::Letters(leased, first_slot) => (leased, first_slot),
    };
    if leased.is_empty() {
        return Ok(Next::default());
    }
    let slots = match (pace, first_slot) {
        (Some(pace), Some(first)) => {
            site.clock.until(now, first).map(|ahead| Slots::from(pace, ahead))
        }
        _ => stride.pace.map(|pace| Slots::from(pace, Duration::ZERO)),
    };
    let is_full = i64::try_from(leased.len()) == Ok(stride.most);
    let batch = make(site, hold, slots, leased, announced).await?;
    Ok(Next { batch: Some(Batch { is_full, ..batch }), ..Next::default() })
}

async fn make(
    site: &Site,
    hold: Hold,
    slots: Option<Slots>,
    leased: Vec<Leased>,
    announced: usize,
) -> Result<Batch, Fault> {
    let ids: Vec<LetterId> = leased.iter().map(|l| l.id).collect();
    match prepare(site, &hold, slots, leased, announced).await {
        Ok((ready, tally)) => {
            let announced = announced.min(ready.len());
            Ok(Batch { hold, announced, ready, tally, is_full: false })
        }
        Err(fault) => {
            release(site, &hold.token, ids).await?;
            Err(fault)
        }
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
