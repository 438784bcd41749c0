//! The running service in one value: database, clock, ids, views, mail, settings.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::kit::clock::{Clock, Moment};
use crate::kit::columns::Language;
use crate::kit::db::{self, Address, Database, Db, Turn};
use crate::kit::fault::Fault;
use crate::kit::i18n::Texts;
use crate::kit::ids::Ids;
use crate::kit::mail::Mail;
use crate::kit::mail::dkim::Signer;
use crate::kit::view::Views;
use crate::kit::visits::Visits;

#[derive(Clone)]
pub struct Site {
    pub database: Database,
    pub clock: Clock,
    pub ids: Ids,
    pub views: Arc<Views>,
    pub mail: Mail,
    /// Seals forms, view links, codes. Never shown, never logged.
    pub secret: Arc<str>,
    pub base_url: Arc<str>,
    pub mail_from: Arc<str>,
    pub letters: Letterhead,
    pub language: Language,
    pub timezone: Tz,
    pub limits: Limits,
    /// Rung after a write that may have made a letter due: the ticker need not wait.
    pub bell: Arc<Notify>,
    /// Noted at each request but those of a supervisor: letters step back behind them.
    pub visits: Arc<Visits>,
    pub trusted_proxies: Arc<[std::net::IpAddr]>,
    /// Sign-in requests by network address.
    pub throttle: Arc<governor::DefaultKeyedRateLimiter<String>>,
    /// Requests at a hall's code by network address: a whole hall comes from one.
    pub hall_throttle: Arc<governor::DefaultKeyedRateLimiter<String>>,
    /// Deliveries of marks at work.
    pub deliveries: Arc<Semaphore>,
}

/// What every letter of the house has beside its text.
#[derive(Debug, Clone, Default)]
pub struct Letterhead {
    pub reply_to: Option<Arc<str>>,
    /// Subjects name no course: a name in an inbox tells the household whose training it is.
    pub neutral: bool,
    pub signer: Option<Arc<Signer>>,
    /// Where what comes back is read from.
    pub bounces: Option<Arc<Path>>,
}

/// When a thing is done, with fresh ids for what it makes. Time is an argument everywhere.
#[derive(Clone)]
pub struct Stamp {
    pub now: Moment,
    pub ids: Ids,
}

impl Stamp {
    pub fn id(&self) -> i64 {
        self.ids.next(self.now)
    }
}

/// How much of something is allowed; tests make these small.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Seconds within which a request's body must have arrived.
    pub body_seconds: u64,
    /// Letters a minute, 0 for no limit.
    pub mail_per_minute: u32,
    /// Letters a minute to a receiving domain; `*` is every other one.
    pub mail_per_domain: Arc<BTreeMap<String, u32>>,
    /// Connections to the mail server at once.
    pub mail_in_flight: usize,
    /// People whom one person may write to in a day, all letters to many together: whoever
    /// administers the whole tree, a unit right below, one further down. 0 for no limit.
    pub notice_per_day: [i64; 3],
    /// Letters of one person to more people than these in a day need a second administrator.
    pub notice_approval_above: i64,
    /// Requests of one network address to sign-in pages in a minute.
    pub sign_in_per_minute: u32,
    /// Requests of one network address to a hall's code in a minute.
    pub check_in_per_minute: u32,
    /// Deliveries of marks at once: a crowd of phones waits outside, so that no page waits for it.
    pub deliveries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_seconds: 20,
            mail_per_minute: 0,
            mail_per_domain: Arc::default(),
            mail_in_flight: 8,
            notice_per_day: [200_000, 10_000, 1_000],
            notice_approval_above: 1_000,
            sign_in_per_minute: 60,
            check_in_per_minute: 600,
            deliveries: 24,
        }
    }
}

impl Site {
    /// A turn to deliver marks; none is free when too many phones come at once.
    pub fn turn(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.deliveries.try_acquire().map_err(|_| Fault::Busy)
    }

    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// What every node reads alike, whatever its own clock says: by it leases end and slots come.
    pub fn shared_now(&self, db: &mut Db) -> Result<Moment, Fault> {
        match self.clock {
            Clock::Machine => db::shared_clock(db, self.now()),
            Clock::Fixed(_) => Ok(self.now()),
        }
    }

    pub fn stamp(&self) -> Stamp {
        Stamp { now: self.now(), ids: self.ids.clone() }
    }

    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    pub fn texts(&self) -> &Texts {
        &self.views.texts
    }

    /// Runs a question on a reader, off the async threads. Who waits for a connection waits without a
    /// thread: threads that wait cost memory, and the processors' caches.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, Fault> + Send + 'static,
    {
        let (site, turn) = (self.clone(), self.database.reading().await?);
        spawn(turn, move || site.read_here(work)).await
    }

    /// Runs one writing transaction, off the async threads, then wakes the ticker. On an embedded
    /// database what waits for the writer at the same time is committed with it.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, Fault> + Send + 'static,
    {
        let made = match self.database.address {
            Address::Sqlite(_) => self.write_together(work).await?,
            Address::Postgres(_) => {
                let (site, turn) = (self.clone(), self.database.writing().await?);
                spawn(turn, move || site.write_here(work)).await?
            }
        };
        self.bell.notify_one();
        Ok(made)
    }

    async fn write_together<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, Fault> + Send + 'static,
    {
        let together = &self.database.together;
        let (number, mut told) = together.ask(work);
        let turn = tokio::select! {
            biased;
            made = &mut told => return made.unwrap_or_else(|e| Err(Fault::broken(e))),
            turn = self.database.writing() => turn,
        };
        let written = match turn {
            Ok(turn) if together.holds(number) => {
                let database = self.database.clone();
                spawn(turn, move || database.together.write(&database, number)).await
            }
            // Somebody else has taken it along.
            Ok(_) => Ok(()),
            Err(fault) => Err(fault),
        };
        match written {
            // Nothing was done, and nothing will be.
            Err(fault) if together.leave(number) => Err(fault),
            _ => told.await.unwrap_or_else(|e| Err(Fault::broken(e))),
        }
    }

    /// After something was erased: the log of an embedded database holds pages as they were before.
    /// They are written over here and now; a reader who is in the way keeps them until the next time.
    pub async fn forget(&self) {
        if let Ok(turn) = self.database.writing().await {
            let database = self.database.clone();
            if let Err(fault) = spawn(turn, move || database.empty_log()).await {
                tracing::warn!(%fault, "the log of the database was not emptied");
            }
        }
    }

    /// As `read`, on this thread: for commands and for work that is already off the async threads.
    pub fn read_here<T>(&self, work: impl FnOnce(&mut Db) -> Result<T, Fault>) -> Result<T, Fault> {
        let mut db = self.database.reader()?;
        work(&mut db)
    }

    /// As `write`, on this thread.
    pub fn write_here<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut db = self.database.writer()?;
        db::write(&mut db, work)
    }
}

/// The turn ends with the work, also when nobody waits for its outcome any more.
async fn spawn<T, F>(turn: Turn, work: F) -> Result<T, Fault>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Fault> + Send + 'static,
{
    let in_turn = move || {
        let _turn = turn;
        work()
    };
    match tokio::task::spawn_blocking(in_turn).await {
        Ok(outcome) => outcome,
        Err(e) => Err(Fault::broken(e)),
    }
}
