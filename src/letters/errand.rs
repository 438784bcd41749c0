//! One courier's way through the letters that may be handed over.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono_tz::Tz;
use tokio::sync::{Semaphore, TryAcquireError, mpsc};
use tokio::time::{Duration, Instant, sleep_until};

use crate::kit::mail::Delivery;
use crate::kit::mail::courier::{Courier, Parcel};
use crate::kit::night;
use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::compose::Composed;
use crate::letters::hold::Hold;
use crate::letters::look::Looks;
use crate::letters::results::{Outcome, Report};
use crate::letters::rules::Verdict;
use crate::post::rules::{End, Kind, Pace, reason};
use crate::post::store::Leased;

/// A letter that will go, in the form it goes.
pub struct Ready {
    pub letter: Leased,
    pub composed: Composed,
    /// By whose clock its reader's night is counted.
    pub zone: Tz,
    pub hold: Hold,
    /// When it may go, under a limit.
    pub slots: Option<Slots>,
}

impl Ready {
    pub fn is_code(&self) -> bool {
        self.letter.kind == Kind::SignIn
    }
}

/// The letters of which it is written down that they are about to be handed over.
#[derive(Clone)]
pub struct Counter(Arc<Letters>);

struct Letters {
    lying: Mutex<VecDeque<Ready>>,
    /// How many couriers fetch.
    couriers: usize,
    /// One permit for each letter that was put here; closed when no more will come.
    put: Semaphore,
    /// Tries that failed one after the other, none getting through.
    in_vain: AtomicUsize,
    /// So many that the mail server seems to be away: nobody fetches any more.
    is_given_up: AtomicBool,
    /// What nobody has begun with goes back.
    is_called_back: AtomicBool,
}

/// So many tries that fail one after the other, none getting through, end a batch: the mail server
/// is away, and the rest need not spend a try on finding that out.
const MOST_IN_VAIN: usize = 20;

/// How long a letter of a paused notice that was in hand is left alone.
const HELD_MINUTES: i64 = 5;

impl Counter {
    pub fn open(couriers: usize) -> Self {
        Self(Arc::new(Letters {
            lying: Mutex::default(),
            couriers,
            put: Semaphore::new(0),
            in_vain: AtomicUsize::default(),
            is_given_up: AtomicBool::default(),
            is_called_back: AtomicBool::default(),
        }))
    }

    pub fn is_given_up(&self) -> bool {
        self.0.is_given_up.load(Ordering::SeqCst)
    }

    /// Couriers count by themselves: the office hears of them only when it has written down what
    /// they told before.
    fn learn(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Ended(End::Sent) => self.0.in_vain.store(0, Ordering::SeqCst),
            Outcome::Ended(End::Later(_)) => {
                let in_vain = self.0.in_vain.fetch_add(1, Ordering::SeqCst) + 1;
                self.0.is_given_up.fetch_or(in_vain >= MOST_IN_VAIN, Ordering::SeqCst);
            }
            _ => {}
        }
    }

    fn lying(&self) -> MutexGuard<'_, VecDeque<Ready>> {
        self.0.lying.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many lie here.
    pub fn count(&self) -> usize {
        self.lying().len()
    }

    pub fn put(&self, letters: Vec<Ready>) {
        let n = letters.len();
        self.lying().extend(letters);
        self.0.put.add_permits(n);
    }

    /// Before everything that lies here.
    pub fn put_first(&self, letters: Vec<Ready>) {
        let n = letters.len();
        let mut lying = self.lying();
        letters.into_iter().rev().for_each(|ready| lying.push_front(ready));
        self.0.put.add_permits(n);
    }

    /// Takes back what no courier has fetched, for good; a courier tells himself of what he has in
    /// hand and did not begin with.
    pub fn call_back(&self) -> Vec<Ready> {
        self.0.is_called_back.store(true, Ordering::SeqCst);
        self.lying().drain(..).collect()
    }

    fn is_called_back(&self) -> bool {
        self.0.is_called_back.load(Ordering::SeqCst)
    }

    /// No more will come: couriers go home after what lies here.
    pub fn close(&self) {
        self.0.put.close();
    }

    /// Waits until there may be a letter to fetch.
    async fn wait(&self) {
        if let Ok(permit) = self.0.put.acquire().await {
            permit.forget();
        }
    }

    /// None: go home, unless letters were taken back and others come.
    fn fetch(&self) -> Option<Ready> {
        self.lying().pop_front()
    }

    /// One for a courier whose letter is not answered yet. The last ones are left to whoever comes
    /// home first, and so is a sign-in code: an answer may take minutes.
    fn fetch_ahead(&self) -> Option<Ready> {
        let permit = match self.0.put.try_acquire() {
            _ if self.is_given_up() || self.is_called_back() => return None,
            Ok(permit) => Some(permit),
            Err(TryAcquireError::NoPermits) => return None,
            Err(TryAcquireError::Closed) => None,
        };
        let mut lying = self.lying();
        if lying.len() < self.0.couriers || lying.front().is_some_and(Ready::is_code) {
            return None;
        }
        if let Some(permit) = permit {
            permit.forget();
        }
        lying.pop_front()
    }

    /// What lies here when all is given up, the office takes back: whoever gave up tells it.
    fn is_over(&self) -> bool {
        self.is_given_up() || (self.0.put.is_closed() && self.lying().is_empty())
    }
}

/// When each letter of a batch may go, under a limit.
#[derive(Clone)]
pub struct Slots {
    first: Instant,
    pace: Pace,
    taken: Arc<AtomicUsize>,
}

impl Slots {
    pub fn from(pace: Pace, ahead: Duration) -> Self {
        Self { first: Instant::now() + ahead, pace, taken: Arc::default() }
    }

    async fn wait(&self) {
        let place = self.taken.fetch_add(1, Ordering::SeqCst);
        sleep_until(self.first + self.pace.gap() * u32::try_from(place).unwrap_or(u32::MAX)).await;
    }
}

/// One courier's way through the queue.
pub struct Errand {
    pub site: Site,
    pub looks: Looks,
    pub counter: Counter,
    pub tell: mpsc::UnboundedSender<Report>,
}

impl Errand {
    pub async fn walk(self, mut courier: Courier) {
        // What the mail server was told of behind the letter before.
        let mut in_hand: Option<Ready> = None;
        loop {
            let ready = match in_hand.take() {
                Some(ready) if self.counter.is_given_up() || self.counter.is_called_back() => {
                    let _ = self.tell.send(Report::of(ready, Outcome::Back));
                    return;
                }
                Some(ready) => ready,
                None => {
                    self.counter.wait().await;
                    if self.counter.is_over() {
                        return;
                    }
                    // Somebody else was quicker, or it was taken back.
                    let Some(ready) = self.counter.fetch() else { continue };
                    ready
                }
            };
            if let Some(slots) = &ready.slots {
                slots.wait().await;
            }
            let outcome = self.deliver(&mut courier, &ready, &mut in_hand).await;
            self.counter.learn(&outcome);
            if self.tell.send(Report::of(ready, outcome)).is_err() {
                return;
            }
        }
    }

    /// In the instant before sending.
    async fn check(&self, ready: &Ready) -> Result<Verdict, String> {
        if ready.hold.is_over() && !trial::breaks(Sabotage::ClaimWithoutLease) {
            return Ok(Verdict::Lost);
        }
        self.looks.at(ready).await
    }

    async fn deliver(
        &self,
        courier: &mut Courier,
        ready: &Ready,
        in_hand: &mut Option<Ready>,
    ) -> Outcome {
        let Ready { letter, composed, zone, .. } = ready;
        let parcel = Parcel {
            name: &format!("{}-{}", letter.kind, letter.id),
            from: &self.site.mail_from,
            to: &composed.address,
            bytes: &composed.bytes,
        };
        let mut seen = Ok(Verdict::Send);
        let last_look = async {
            seen = self.check(ready).await;
            matches!(seen, Ok(Verdict::Send))
        };
        let next = || {
            *in_hand = self.counter.fetch_ahead();
            // Under a limit it waits for its slot first.
            let next = in_hand.as_ref().filter(|next| next.slots.is_none())?;
            Some(next.composed.address.clone())
        };
        match courier.deliver(parcel, last_look, next).await {
            Delivery::Sent => Outcome::Ended(End::Sent),
            Delivery::Later(why) => Outcome::Ended(End::Later(why)),
            Delivery::Refused(why) => Outcome::Ended(End::Refused(why)),
            Delivery::Unreachable(why) => Outcome::Ended(End::Unreachable(why)),
            Delivery::Unknown(why) => Outcome::Ended(End::Unknown(why)),
            Delivery::Withheld => match seen {
                Ok(Verdict::Send | Verdict::Lost) => Outcome::Lost,
                Ok(Verdict::Paused) => Outcome::Back,
                Ok(Verdict::Resting) => Outcome::Rest(night::morning(self.site.now(), *zone)),
                // Until the ticker lays it aside with the others.
                Ok(Verdict::Held) => Outcome::Rest(self.site.now().plus_minutes(HELD_MINUTES)),
                Ok(Verdict::TooLate) => Outcome::Withheld(End::Missed(reason::TOO_LATE)),
                Ok(Verdict::Unwanted) => Outcome::Withheld(End::Unwanted),
                Ok(Verdict::Unsubscribed) => Outcome::Withheld(End::Unsubscribed),
                Ok(Verdict::Blocked) => Outcome::Withheld(End::Missed(reason::BLOCKED)),
                // The database is away; the letter was not tried.
                Err(why) => Outcome::Withheld(End::Later(why)),
            },
        }
    }
}
