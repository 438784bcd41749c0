//! Each kind of letter made from facts, and the loop that sends what is due.

pub mod rules;
pub mod say;
pub mod templates;
pub mod store;
pub mod content;
pub mod digests;
pub mod notices;
pub mod weekly;
pub mod compose;
pub mod prepare;
pub mod taking;
pub mod hold;
pub mod look;
pub mod errand;
pub mod results;
pub mod office;
pub mod returns;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{interval, sleep};

use crate::attendance;
use crate::enrolment::offers;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::site::Site;
use crate::post::{self, Tally};
use crate::reminders::{self, Planned};

/// How often the switch that stops all mail is looked at, so that mail goes on within seconds on
/// every node when it is opened.
const GLANCE: Duration = Duration::from_secs(3);

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
/// letters under way when `stop` becomes true.
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
    let turn = Turn { returned: returns::collect(site).await?, ..Turn::default() };
    let now = site.now();
    write(site, move |db, site| {
        attendance::close_overdue(db, now)?;
        attendance::turns::tell_guests(db, &site.stamp())
    })
    .await?;
    let done = office::send(site, Care::Whole, stop.clone()).await?;
    tend_notices(site).await?;
    Ok(Turn { planned: done.planned, sent: done.sent, ..turn })
}

/// Sends everything that is due.
pub async fn send_due(site: &Site) -> Result<Tally, Fault> {
    let (_never, stop) = watch::channel(false);
    Ok(office::send(site, Care::Ledger, stop).await?.sent)
}

/// What is done before each batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Everything that was asked for is planned; letters of notices are written.
    Whole,
    /// Nothing: what stands in the ledger is sent.
    Ledger,
}

impl Care {
    /// True when more letters of notices are to be written.
    async fn tend(self, site: &Site) -> Result<(Planned, bool), Fault> {
        match self {
            Self::Whole => Ok((plan(site).await?, advance_notices(site).await?)),
            Self::Ledger => Ok((Planned::default(), false)),
        }
    }
}

/// So many people's letters of a notice are written before the next look at what is due: sign-in
/// codes wait no longer than that.
const CHUNKS_AT_ONCE: usize = 5;

/// Writes letters of notices to many into the ledger, and stops a notice that goes wrong. True when
/// more are to be written.
async fn advance_notices(site: &Site) -> Result<bool, Fault> {
    tend_notices(site).await?;
    for _ in 0..CHUNKS_AT_ONCE {
        if !site.read(notices::is_unwritten).await? {
            return Ok(false);
        }
        write(site, notices::write_chunk).await?;
    }
    site.read(notices::is_unwritten).await
}

async fn tend_notices(site: &Site) -> Result<(), Fault> {
    let now = site.now();
    for (id, need) in site.read(move |db| notices::needs(db, now)).await? {
        tracing::info!(notice = %id, ?need, "notice");
        write(site, move |db, site| notices::tend(db, id, &site.stamp())).await?;
    }
    Ok(())
}

async fn plan(site: &Site) -> Result<Planned, Fault> {
    let (now, mut planned) = (site.now(), Planned::default());
    move_queues(site).await?;
    let zone = site.timezone;
    while site.read(move |db| reminders::store::is_asked(db, now)).await? {
        planned += write(site, |db, site| reminders::plan(db, &site.stamp())).await?;
        // Seats that came free in the meantime are offered, so that their letters are planned too.
        move_queues(site).await?;
    }
    // After the letters themselves: what those could not tell, the unit does.
    while site.read(move |db| digests::store::is_due(db, now)).await? {
        planned.added +=
            write(site, move |db, site| digests::plan(db, zone, &site.stamp())).await?;
    }
    if site.read(move |db| weekly::is_due(db, now)).await? {
        planned.added += write(site, move |db, site| weekly::plan(db, zone, &site.stamp())).await?;
    }
    Ok(planned)
}

/// A transaction of its own: it writes into the journal, after which nothing may be waited for.
async fn move_queues(site: &Site) -> Result<(), Fault> {
    let now = site.now();
    if site.read(move |db| offers::is_due(db, now)).await? {
        write(site, |db, site| offers::sweep(db, &site.stamp())).await?;
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
