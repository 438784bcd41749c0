//! What a letter is, and what becomes of one after a try.

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
    /// Those that have a text of their own (`post-reason-{word}`).
    pub const ALL: [&str; 5] = [NO_ADDRESS, TOO_LATE, BY_HAND, NOT_WANTED, BROKEN_OFF];
}

/// How long a worker holds a letter; it may ask for more before that ends.
pub const LEASE_MINUTES: i64 = 5;

/// Minutes until the next try, by how many failed: 1, 5, 30 minutes, 2, 12, 24 hours.
const BACK_OFF: [i64; 6] = [1, 5, 30, 120, 720, 1440];

/// The most tries of one letter: the first, and one after each wait.
pub const MOST_TRIES: i32 = 7;

/// How one try ended, as the sender saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    Sent,
    /// Certainly not taken; another try may help.
    Later(String),
    /// Certainly not taken, never will be.
    Refused(String),
    /// Perhaps taken.
    Unknown(String),
    /// Not tried: it would come too late, or there is no address.
    Missed(&'static str),
    /// Not tried: what it says is no longer so.
    Unwanted,
}

/// What the ledger writes down after a try.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Settlement {
    pub state: State,
    pub reason: Option<String>,
    pub next_try_at: Option<Moment>,
}

/// From the end of try number `attempts` to the ledger.
pub fn settlement(
    end: &End,
    attempts: i32,
    useless_after: Option<Moment>,
    now: Moment,
) -> Settlement {
    let end_as = |state, why: &str| Settlement {
        state,
        reason: Some(why.chars().take(500).collect()),
        next_try_at: None,
    };
    match end {
        End::Sent => Settlement { state: State::Sent, reason: None, next_try_at: None },
        End::Refused(why) => end_as(State::Failed, why),
        End::Unknown(why) => end_as(State::Uncertain, why),
        End::Missed(why) => end_as(State::Missed, why),
        End::Unwanted => end_as(State::Cancelled, reason::NOT_WANTED),
        End::Later(why) => match next_try(attempts, now) {
            None => end_as(State::Failed, why),
            Some(at) if useless_after.is_some_and(|u| at >= u) => end_as(State::Missed, why),
            Some(at) => Settlement { next_try_at: Some(at), ..end_as(State::Planned, why) },
        },
    }
}

/// When to try again after `attempts` tries; not at all after the last.
pub fn next_try(attempts: i32, now: Moment) -> Option<Moment> {
    let wait = BACK_OFF.get(usize::try_from(attempts - 1).unwrap_or(0))?;
    Some(now.plus_minutes(*wait))
}

/// Whether somebody may have a letter sent again by hand. One that has gone stays gone.
pub fn may_repeat(state: State, why: Option<&str>) -> bool {
    match state {
        State::Failed | State::Uncertain => true,
        State::Missed => why == Some(reason::NO_ADDRESS),
        _ => false,
    }
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
            assert_eq!(next_try(attempts, now), minutes.map(|m| now.plus_minutes(m)), "{attempts}");
        }
        assert_eq!(next_try(MOST_TRIES, now), None);
    }

    #[test]
    fn each_end_has_its_state() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let said = || "451 busy".to_owned();
        let check = |end: End, attempts, useless: Option<i64>, state| {
            let useless = useless.map(|m| now.plus_minutes(m));
            assert_eq!(settlement(&end, attempts, useless, now).state, state, "{end:?}");
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
    }

    #[test]
    fn only_what_did_not_go_may_be_repeated() {
        for state in State::ALL {
            let may = matches!(state, State::Failed | State::Uncertain);
            assert_eq!(may_repeat(*state, Some("550 no such user")), may, "{state}");
        }
        assert!(may_repeat(State::Missed, Some(reason::NO_ADDRESS)));
        assert!(!may_repeat(State::Missed, Some(reason::TOO_LATE)));
    }
}
