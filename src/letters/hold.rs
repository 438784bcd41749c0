//! What letters in hand are held by, and until when a worker may rely on it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::write;
use crate::post;

/// How often a lease is renewed while its letters go out: five times in its life.
pub fn heartbeat() -> Duration {
    lease() / 5
}

fn lease() -> Duration {
    Duration::from_secs(u64::try_from(post::lease_seconds()).unwrap_or(1))
}

/// The lease of one batch: its token, and until when a worker may rely on it, by its own clock that
/// never jumps and that runs on while the process is frozen: one that wakes up too late hands
/// nothing over.
#[derive(Clone)]
pub struct Hold {
    pub token: Arc<str>,
    until: Arc<Mutex<Instant>>,
}

impl Hold {
    /// Counted from before the database is asked, so that it never ends after the lease itself.
    pub fn begin(site: &Site) -> Self {
        let token = match trial::breaks(Sabotage::ClaimWithoutLease) {
            true => "anybody".to_owned(),
            false => site.ids.secret(),
        };
        Self { token: token.into(), until: Arc::new(Mutex::new(Instant::now() + lease())) }
    }

    fn left(&self) -> Duration {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
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

    pub async fn renew(&self, site: &Site) {
        let (asked, mine) = (Instant::now(), self.token.clone());
        let renewed = write(site, move |db, site| {
            let now = site.shared_now(db)?;
            post::renew(db, &mine, now)
        });
        match renewed.await {
            Ok(()) => {
                *self.until.lock().unwrap_or_else(PoisonError::into_inner) = asked + lease();
            }
            Err(fault) => tracing::warn!(%fault, "a lease could not be renewed"),
        }
    }
}
