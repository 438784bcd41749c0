//! What a letter is, and what becomes of one after a try.

use std::time::Duration;

use crate::kit::clock::Moment;
use crate::kit::columns::words;

words! {
    /// What a letter is about.
    pub enum Kind {
        SignIn = "sign_in",
        Confirmation = "confirmation",
        Waiting = "waiting",
        Invitation = "invitation",
        Reminder = "reminder",
        Change = "change",
        Cancellation = "cancellation",
        Withdrawal = "withdrawal",
        Absence = "absence",
        Completion = "completion",
        Roster = "roster",
        Overdue = "overdue",
        /// A seat from the wait-list, to be taken until a moment.
        Offer = "offer",
        /// Nobody took it in time.
        Lapse = "lapse",
        /// To the office that decides on a request or nomination.
        Request = "request",
        /// A request or nomination was refused.
        Decision = "decision",
        /// What became of an apology, or of the wait to make up for a session.
        Apology = "apology",
        Bounce = "bounce",
        /// To whoever looks after a unit: what people without an address must be told.
        Digest = "digest",
        /// To an administrator: how far the people of the own units have come.
        Weekly = "weekly",
        /// What an admin writes to many.
        Notice = "notice",
        /// To the admins of a unit: what becomes of such a letter there.
        NoticeNews = "notice_news",
    }
}

words! {
    /// Letters that their reader may stop, each series apart from the others.
    pub enum Series {
        /// Reminders and what follows up on them.
        Reminders = "reminders",
        Digest = "digest",
        Weekly = "weekly",
    }
}

impl Kind {
    /// Planned at once by what causes it, never by comparing a batch's letters with what is wanted.
    pub fn is_caused(self) -> bool {
        matches!(self, Self::Offer | Self::Lapse | Self::Request | Self::Decision | Self::Apology)
    }

    /// Planned by a rule, not by what happened: nobody is woken for it.
    pub fn is_by_rule(self) -> bool {
        matches!(
            self,
            Self::Reminder
                | Self::Absence
                | Self::Completion
                | Self::Roster
                | Self::Overdue
                | Self::Digest
                | Self::Weekly
        )
    }

    /// Whether it goes by night too: somebody waits for it, or can only then stop what goes in the
    /// morning.
    pub fn is_at_once(self) -> bool {
        matches!(self, Self::SignIn | Self::NoticeNews)
    }

    /// Whether its reader may stop letters of this kind: reminders, what follows up on them and what
    /// goes to many, never what has changed, was decided or was asked for.
    pub fn can_be_stopped(self) -> bool {
        self.series().is_some()
    }

    /// The series that a reader stops: never what has changed, was decided or was asked for.
    pub fn series(self) -> Option<Series> {
        match self {
            Self::Reminder | Self::Absence | Self::Notice => Some(Series::Reminders),
            Self::Digest => Some(Series::Digest),
            Self::Weekly => Some(Series::Weekly),
            Self::SignIn
            | Self::Confirmation
            | Self::Waiting
            | Self::Invitation
            | Self::Change
            | Self::Cancellation
            | Self::Withdrawal
            | Self::Completion
            | Self::Roster
            | Self::Overdue
            | Self::Offer
            | Self::Lapse
            | Self::Request
            | Self::Decision
            | Self::Apology
            | Self::Bounce
            | Self::NoticeNews => None,
        }
    }

    /// Those of a series.
    pub fn of_series(series: Series) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|kind| kind.series() == Some(series)).collect()
    }

    /// Whether it is for somebody on a batch, so that the unit passes it on to who has no address.
    pub fn is_passed_on(self) -> bool {
        matches!(
            self,
            Self::Confirmation
                | Self::Waiting
                | Self::Invitation
                | Self::Reminder
                | Self::Change
                | Self::Cancellation
                | Self::Withdrawal
                | Self::Absence
                | Self::Completion
                | Self::Offer
                | Self::Lapse
                | Self::Decision
                | Self::Apology
        )
    }
}

words! {
    /// Where a letter stands. Nothing is `sent` that a mail server did not accept.
    pub enum State {
        Planned = "planned",
        Leased = "leased",
        Sent = "sent",
        Failed = "failed",
        /// The connection broke between the last dot and the answer: never repeated by itself.
        Uncertain = "uncertain",
        Missed = "missed",
        Cancelled = "cancelled",
    }
}

/// Why a letter was not sent, as the ledger keeps it; what a mail server said stands there as it is.
pub mod reason {
    pub const NO_ADDRESS: &str = "no-address";
    pub const TOO_LATE: &str = "useless";
    pub const BY_HAND: &str = "by-hand";
    pub const NOT_WANTED: &str = "not-wanted";
    pub const BROKEN_OFF: &str = "broken-off";
    pub const NOBODY_LIVES: &str = "nobody-lives";
    pub const UNSUBSCRIBED: &str = "unsubscribed";
    pub const BLOCKED: &str = "blocked";
    /// The own text of its template cannot be filled in for this reader.
    pub const OWN_TEXT: &str = "own-text";
    /// A trial goes once, or not at all.
    pub const TRIAL_ONCE: &str = "trial-once";
    /// Whoever let a notice to many go may no more.
    pub const NO_RIGHT: &str = "no-right";
    /// Its reader was erased.
    pub const ERASED: &str = "erased";
    /// Those that have a text of their own (`post-reason-{word}`).
    pub const ALL: [&str; 12] = [
        NO_ADDRESS,
        TOO_LATE,
        BY_HAND,
        NOT_WANTED,
        BROKEN_OFF,
        NOBODY_LIVES,
        UNSUBSCRIBED,
        BLOCKED,
        OWN_TEXT,
        TRIAL_ONCE,
        NO_RIGHT,
        ERASED,
    ];
}

/// How long a worker holds a letter; it may ask for more before that ends.
pub const LEASE_MINUTES: i64 = 5;

/// Minutes until the next try, by how many failed: 1, 5, 30 minutes, 2, 12, 24 hours.
const BACK_OFF: [i64; 6] = [1, 5, 30, 120, 720, 1440];

/// The most tries of one letter: the first, and one after each wait.
pub const MOST_TRIES: i32 = 7;

/// How many letters are taken over together that dead workers left, by how often they were before.
/// One of them may be what kills: each death halves the suspects and more, until one stands alone.
const TAKEN_TOGETHER: [i64; 2] = [60, 8];

/// So many workers may die with a letter in hand, the last three with nothing else.
pub const MOST_TAKE_OVERS: i32 = 5;

/// How many letters that were taken over so often before come into one hand.
pub fn together(take_overs: i32) -> i64 {
    let known = usize::try_from(take_overs).ok().and_then(|n| TAKEN_TOGETHER.get(n));
    known.copied().unwrap_or(1)
}

/// How one try ended, as the sender saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Sent,
    /// Certainly not taken; another try may help.
    Later(String),
    /// Certainly not taken, never will be.
    Refused(String),
    /// Refused because of its address.
    Unreachable(String),
    /// Perhaps taken.
    Unknown(String),
    /// Not tried: it would come too late, or there is no address.
    Missed(&'static str),
    /// Not tried: what it says is no longer so.
    Unwanted,
    /// Not tried: its reader stopped letters of this kind.
    Unsubscribed,
}

/// What the ledger writes down after a try.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    pub state: State,
    pub reason: Option<String>,
    pub next_try_at: Option<Moment>,
}

/// From the end of a letter's try, its `attempts`th, to the ledger; `spread` keeps letters that failed together
/// from coming back together.
pub fn settlement(
    end: &End,
    attempts: i32,
    useless_after: Option<Moment>,
    spread: i64,
    now: Moment,
) -> Settlement {
    let end_as =
        |state, why: &str| Settlement { state, reason: Some(plain(why)), next_try_at: None };
    match end {
        End::Sent => Settlement { state: State::Sent, reason: None, next_try_at: None },
        End::Refused(why) | End::Unreachable(why) => end_as(State::Failed, why),
        End::Unknown(why) => end_as(State::Uncertain, why),
        End::Missed(why) => end_as(State::Missed, why),
        End::Unwanted => end_as(State::Cancelled, reason::NOT_WANTED),
        End::Unsubscribed => end_as(State::Cancelled, reason::UNSUBSCRIBED),
        End::Later(why) => match next_try(attempts, spread, now) {
            None => end_as(State::Failed, why),
            Some(at) if useless_after.is_some_and(|u| at >= u) => end_as(State::Missed, why),
            Some(at) => Settlement { next_try_at: Some(at), ..end_as(State::Planned, why) },
        },
    }
}

/// What a mail server said, fit for a page and for both databases.
fn plain(why: &str) -> String {
    let one_line = why.split(|c: char| c.is_control() || c == ' ').filter(|w| !w.is_empty());
    one_line.collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

/// The parts of a tenth of a wait that tries are spread over.
const SPREAD: i64 = 8;

/// Whether a letter did not go for want of an address that works.
pub fn is_mute(state: State, why: Option<&str>) -> bool {
    state == State::Missed && matches!(why, Some(reason::NO_ADDRESS | reason::BLOCKED))
}

/// When to try again after `attempts` tries; not at all after the last. A wait is up to a tenth
/// longer, by a number of the letter's own: the same letter waits the same in every run.
pub fn next_try(attempts: i32, spread: i64, now: Moment) -> Option<Moment> {
    let wait = BACK_OFF.get(usize::try_from(attempts - 1).unwrap_or(0))? * 60;
    Some(now.plus_seconds(wait + wait * spread.rem_euclid(SPREAD) / (10 * SPREAD)))
}

/// Letters that wait for slots more than this ahead stay in the ledger, where sign-in codes can
/// still overtake them.
pub const LOOK_AHEAD_SECONDS: i64 = 5;

/// How so many letters a minute are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Microseconds from one letter to the next.
    gap: i64,
}

impl Pace {
    /// None: no limit.
    pub fn of(a_minute: u32) -> Option<Self> {
        (a_minute > 0).then(|| Self { gap: 60_000_000 / i64::from(a_minute) })
    }

    /// From one letter to the next.
    pub fn gap(self) -> Duration {
        Duration::from_micros(u64::try_from(self.gap).unwrap_or(0))
    }

    /// The slot `n` places after another.
    pub fn after(self, first: Moment, n: usize) -> Moment {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        Moment::from_micros(first.micros().saturating_add(self.gap.saturating_mul(n)))
    }

    /// How many letters may be taken in hand when the next slot is `next`: those whose slots lie
    /// within the look-ahead, one at least when its own does.
    pub fn room(self, next: Moment, now: Moment) -> usize {
        let left = now.plus_seconds(LOOK_AHEAD_SECONDS).micros() - next.micros();
        if left < 0 {
            return 0;
        }
        usize::try_from(left / self.gap.max(1)).unwrap_or(0) + 1
    }
}

/// Letters a minute while somebody reads pages. Ten times as fast is possible; then both of two
/// processors are busy, and one page of a hundred waits three times as long as else.
const BESIDE_PAGES: u32 = 36_000;

/// How many letters are taken in hand at once, and how they are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    pub most: i64,
    pub pace: Option<Pace>,
}

impl Stride {
    /// As many as a worker that is killed may leave to wait for the end of their lease.
    const LONG: i64 = 500;
    const SHORT: i64 = 50;

    /// All that go while nobody is in the way; one by one beside somebody who reads pages.
    pub fn beside(visits_are_expected: bool) -> Self {
        match visits_are_expected {
            true => Self { most: Self::SHORT, pace: Pace::of(BESIDE_PAGES) },
            false => Self { most: Self::LONG, pace: None },
        }
    }

    /// From one batch to the next.
    pub fn rest(self) -> Option<Duration> {
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        self.pace.map(|pace| pace.gap() * most)
    }
}

/// Letters that came back for good until an address is blocked.
pub const MOST_RETURNS: i64 = 3;

/// Letters that the alarm looks back on.
pub const LOOK_BACK: i64 = 500;

/// Whether so many of the newest letters went wrong that somebody should look: over 2 in 100, and
/// more than one.
pub fn is_alarming(ended: usize, wrong: usize) -> bool {
    wrong > 1 && wrong * 100 > ended * 2
}

/// Whether somebody may have a letter sent again by hand. One that has gone stays gone.
pub fn may_repeat(state: State, why: Option<&str>, is_kept: bool, attempts: i32) -> bool {
    match state {
        State::Failed | State::Uncertain => !is_without_bytes(state, is_kept, attempts),
        State::Missed => is_mute(state, why),
        _ => false,
    }
}

/// Whether a letter was handed over, and its bytes are kept no more: it would be made with other
/// bytes under the same Message-ID.
pub fn is_without_bytes(state: State, is_kept: bool, attempts: i32) -> bool {
    let was_handed_over = match state {
        State::Sent | State::Uncertain => true,
        State::Failed => attempts > 0,
        _ => false,
    };
    was_handed_over && !is_kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_grow_apart_and_end() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        for (attempts, minutes) in [
            (1, Some(1)),
            (2, Some(5)),
            (3, Some(30)),
            (4, Some(120)),
            (5, Some(720)),
            (6, Some(1440)),
            (7, None),
            (99, None),
        ] {
            let at = minutes.map(|m| now.plus_minutes(m));
            assert_eq!(next_try(attempts, 0, now), at, "{attempts}");
            // Up to a tenth longer, never shorter.
            let apart: Vec<Option<Moment>> = (0..16).map(|n| next_try(attempts, n, now)).collect();
            let most = minutes.map(|m| now.plus_seconds(m * 66));
            assert!(apart.iter().all(|a| *a >= at && *a <= most), "{attempts}");
            assert_eq!(apart[..8], apart[8..]);
        }
        assert_eq!(next_try(MOST_TRIES, 3, now), None);
    }

    #[test]
    fn what_kills_soon_stands_alone() {
        let hands: Vec<i64> = (0..MOST_TAKE_OVERS).map(together).collect();
        assert_eq!(hands, [60, 8, 1, 1, 1]);
    }

    #[test]
    fn a_pace_keeps_its_minute() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        assert_eq!(Pace::of(0), None);
        let pace = Pace::of(60).unwrap();
        assert_eq!(pace.after(now, 60), now.plus_minutes(1));
        // A second each: those of the next five, and the one that goes now.
        assert_eq!(pace.room(now, now), 6);
        assert_eq!(pace.room(now.plus_seconds(5), now), 1);
        assert_eq!(pace.room(now.plus_seconds(6), now), 0);
        assert_eq!(Pace::of(1).unwrap().room(now, now), 1);
    }

    #[test]
    fn the_alarm_rings_over_two_in_a_hundred() {
        for (ended, wrong, rings) in
            [(0, 0, false), (1, 1, false), (500, 10, false), (500, 11, true), (20, 2, true)]
        {
            assert_eq!(is_alarming(ended, wrong), rings, "{wrong} of {ended}");
        }
    }

    #[test]
    fn what_a_server_says_is_made_plain() {
        let end = End::Refused(format!("550\u{0} no\r\n such{}", " x".repeat(600)));
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let why = settlement(&end, 1, None, 0, now).reason.unwrap();
        assert!(why.starts_with("550 no such x") && why.len() == 500, "{why}");
    }

    #[test]
    fn each_end_has_its_state() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let said = || "451 busy".to_owned();
        let check = |end: End, attempts, useless: Option<i64>, state| {
            let useless = useless.map(|m| now.plus_minutes(m));
            assert_eq!(settlement(&end, attempts, useless, 0, now).state, state, "{end:?}");
        };
        check(End::Sent, 1, None, State::Sent);
        check(End::Later(said()), 1, None, State::Planned);
        check(End::Later(said()), 1, Some(2), State::Planned);
        // The next try would come too late: it is told now, not tried again.
        check(End::Later(said()), 1, Some(1), State::Missed);
        check(End::Later(said()), 7, None, State::Failed);
        check(End::Refused(said()), 1, None, State::Failed);
        check(End::Unknown(said()), 1, None, State::Uncertain);
        check(End::Missed(reason::NO_ADDRESS), 1, None, State::Missed);
        check(End::Unwanted, 1, None, State::Cancelled);
        check(End::Unsubscribed, 1, None, State::Cancelled);
        check(End::Unreachable(said()), 1, None, State::Failed);
    }

    #[test]
    fn only_what_did_not_go_may_be_repeated() {
        for state in State::ALL {
            let may = matches!(state, State::Failed | State::Uncertain);
            assert_eq!(may_repeat(*state, Some("550 no such user"), true, 1), may, "{state}");
        }
        // Without its bytes only what nobody handed over: its text could not be filled in.
        assert!(may_repeat(State::Failed, Some(reason::OWN_TEXT), false, 0));
        assert!(!may_repeat(State::Failed, Some("550"), false, 1));
        assert!(!may_repeat(State::Uncertain, Some(reason::BROKEN_OFF), false, 1));
        assert!(may_repeat(State::Missed, Some(reason::NO_ADDRESS), false, 0));
        assert!(!may_repeat(State::Missed, Some(reason::TOO_LATE), false, 0));
    }

    #[test]
    fn letters_are_spread_beside_a_reader() {
        let alone = Stride::beside(false);
        assert_eq!((alone.most, alone.rest()), (500, None));
        // One batch begins when the one before is out: six hundred a second.
        let beside = Stride::beside(true);
        let gap = Duration::from_micros(1_666);
        assert_eq!((beside.most, beside.pace.map(Pace::gap)), (50, Some(gap)));
        assert_eq!(beside.rest(), Some(gap * 50));
    }
}
