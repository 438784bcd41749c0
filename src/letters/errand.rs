//! One courier's way through the letters that may be handed over.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono_tz::Tz;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Duration, Instant, sleep_until};

use crate::enrolment::rules::Place;
use crate::kit::fault::Fault;
use crate::kit::mail::Delivery;
use crate::kit::mail::courier::{Courier, Parcel};
use crate::kit::night;
use crate::kit::site::Site;
use crate::kit::trial::{self, Sabotage};
use crate::letters::compose::{self, Composed};
use crate::letters::hold::Hold;
use crate::letters::notices;
use crate::letters::notices::rules::{NoticeState, is_wanted};
use crate::letters::results::{Outcome, Report};
use crate::letters::rules::{self, Now, Verdict};
use crate::letters::{digests, store, weekly};
use crate::post::rules::{End, Kind, Pace, Series, reason};
use crate::post::store::Leased;
use crate::reminders;
use crate::schedule::rules::BatchState;

/// A letter that will go, in the form it goes.
pub struct Ready {
    pub letter: Leased,
    pub composed: Composed,
    /// By whose clock its reader's night is counted.
    pub zone: Tz,
}

/// The letters of which it is written down that they are about to be handed over.
#[derive(Clone)]
pub struct Counter(Arc<Letters>);

struct Letters {
    lying: Mutex<VecDeque<Ready>>,
    /// One permit for each letter that was put here; closed when no more will come.
    put: Semaphore,
    /// Tries that failed one after the other, none getting through.
    in_vain: AtomicUsize,
    /// So many that the mail server seems to be away: nobody fetches any more.
    is_given_up: AtomicBool,
}

/// So many tries that fail one after the other, none getting through, end a batch: the mail server
/// is away, and the rest need not spend a try on finding that out.
const MOST_IN_VAIN: usize = 20;

/// How long a letter of a paused notice that was in hand is left alone.
const HELD_MINUTES: i64 = 5;

impl Counter {
    pub fn open() -> Self {
        Self(Arc::new(Letters {
            lying: Mutex::default(),
            put: Semaphore::new(0),
            in_vain: AtomicUsize::default(),
            is_given_up: AtomicBool::default(),
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

    /// Takes back what no courier has fetched.
    pub fn clear(&self) -> Vec<Ready> {
        self.lying().drain(..).collect()
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
    pub token: Arc<str>,
    pub counter: Counter,
    pub slots: Option<Slots>,
    pub hold: Hold,
    pub tell: mpsc::UnboundedSender<Report>,
}

impl Errand {
    pub async fn walk(self, mut courier: Courier) -> Courier {
        loop {
            self.counter.wait().await;
            if self.counter.is_over() {
                return courier;
            }
            if let Some(slots) = &self.slots {
                slots.wait().await;
            }
            // Somebody else was quicker, or it was taken back.
            let Some(ready) = self.counter.fetch() else { continue };
            let outcome = self.deliver(&mut courier, &ready).await;
            self.counter.learn(&outcome);
            let letter = ready.letter;
            if self.tell.send(Report { letter, outcome }).is_err() {
                return courier;
            }
        }
    }

    /// In the instant before sending: is it still ours, still in time, still true?
    async fn check(&self, letter: &Leased, zone: Tz) -> Result<Verdict, Fault> {
        if self.hold.is_over() && !trial::breaks(Sabotage::ClaimWithoutLease) {
            return Ok(Verdict::Lost);
        }
        let (id, kind, token) = (letter.id, letter.kind, self.token.clone());
        let (person, due_at, facts) = (letter.person, letter.due_at, letter.facts.clone());
        let default = self.site.timezone;
        let told = reminders::told(&letter.facts).sessions;
        let notice = compose::notice(letter);
        let (now, is_trial) = (self.site.now(), letter.is_trial());
        self.site
            .read(move |db| {
                let Some(seen) = store::standing(db, id)? else { return Ok(Verdict::Lost) };
                let ids: Vec<_> = told.iter().map(|(id, _)| *id).collect();
                let sessions =
                    if ids.is_empty() { Default::default() } else { store::revisions(db, &ids)? };
                let is_still_so = match kind {
                    Kind::Digest => {
                        let digests = digests::in_hand(db, &[id], default, now)?;
                        person.is_some_and(|reader| digests.stands(id, reader, now))
                    }
                    Kind::Weekly => weekly::stands(db, person, &facts, now.date_in(default))?,
                    Kind::NoticeNews => notices::watch::stands(db, person, &facts, now)?,
                    _ => store::is_still_so(db, kind, &ids, person)?,
                };
                let of_notice = match notice.filter(|n| !n.is_trial) {
                    Some(n) => notices::store::standing(db, n.notice, person, now)?,
                    None => None,
                };
                // The audience is fixed when it is confirmed, but whoever has left the unit since,
                // as whoever stopped such letters, is spared; and everybody is when who let it go
                // may no more.
                let goes = of_notice.is_none_or(|(state, may_go)| is_wanted(state) && may_go);
                let is_open = seen.batch == Some(BatchState::Open);
                let is_staff = is_open
                    && seen.place.is_none()
                    && store::is_staff(db, person, &ids, now.utc().date_naive())?;
                let rests = rules::rests_until(kind, due_at, seen.useless_after, zone, now);
                let seen = Now {
                    state: seen.state,
                    is_mine: seen.lease.as_deref() == Some(&*token),
                    useless_after: seen.useless_after,
                    is_paused: seen.is_paused,
                    is_held: of_notice.is_some_and(|(state, _)| state == NoticeState::Paused),
                    is_resting: rests.is_some(),
                    is_unsubscribed: match kind.series() {
                        Some(Series::Reminders) => {
                            seen.is_unsubscribed && !notice.is_some_and(|n| n.is_trial)
                        }
                        _ => seen.is_stopped,
                    },
                    is_trial,
                    is_blocked: seen.is_blocked,
                    is_seated: is_open && seen.place == Some(Place::Seat),
                    is_waiting: is_open && seen.place == Some(Place::Waiting),
                    is_staff,
                    is_still_so: is_still_so && goes,
                    is_off: seen.batch == Some(BatchState::Cancelled),
                    place: seen.place.filter(|_| is_open),
                    sessions: &sessions,
                };
                Ok(rules::verdict(kind, &told, &seen, now))
            })
            .await
    }

    async fn deliver(&self, courier: &mut Courier, ready: &Ready) -> Outcome {
        let Ready { letter, composed, zone } = ready;
        let parcel = Parcel {
            name: &format!("{}-{}", letter.kind, letter.id),
            from: &self.site.mail_from,
            to: &composed.address,
            bytes: &composed.bytes,
        };
        let mut seen = Ok(Verdict::Send);
        let last_look = async {
            seen = self.check(letter, *zone).await;
            matches!(seen, Ok(Verdict::Send))
        };
        match courier.deliver(parcel, last_look).await {
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
                Err(fault) => Outcome::Withheld(End::Later(fault.to_string())),
            },
        }
    }
}
