//! Until when a worker may rely on what it has in hand.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::kit::site::Site;
use crate::letters::write;
use crate::post;

/// How often a lease is renewed while its letters go out: five times in its life.
pub fn heartbeat() -> Duration {
    lease() / 5
}

fn lease() -> Duration {
    Duration::from_secs(u64::try_from(post::lease_seconds()).unwrap_or(1))
}

/// Until when a worker may rely on its lease, by its own clock that never jumps and that runs on
/// while the process is frozen: one that wakes up too late hands nothing over.
#[derive(Clone)]
pub struct Hold(Arc<Mutex<Instant>>);

impl Hold {
    /// Counted from before the database was asked, so that it never ends after the lease itself.
    pub fn from(asked: Instant) -> Self {
        Self(Arc::new(Mutex::new(asked + lease())))
    }

    fn left(&self) -> Duration {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.saturating_duration_since(Instant::now())
    }

    /// Less than two heartbeats old is fresh; the rest of a lease's life is for what may be slow.
    pub fn is_worn(&self) -> bool {
        self.left() < heartbeat() * 4
    }

    /// Another worker may take the letters before one that is handed over now is settled.
    pub fn is_over(&self) -> bool {
        self.left() < heartbeat()
    }
}

pub async fn renew(site: &Site, token: &str, hold: &Hold) {
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
