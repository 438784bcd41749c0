//! Whether a letter still goes, seen in the instant before it is sent.

use std::collections::HashMap;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::ids::SessionId;
use crate::post::rules::{Kind, State};
use crate::reminders::rules::Announced;
use crate::schedule::rules::SessionState;

/// What is so now.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    pub state: State,
    /// Whether the lease is still this worker's.
    pub is_mine: bool,
    pub useless_after: Option<Moment>,
    /// Whether all mail is stopped.
    pub is_paused: bool,
    /// Whether the person stopped reminders.
    pub is_unsubscribed: bool,
    /// Whether letters to the address came back too often.
    pub is_blocked: bool,
    /// Whether the person has a seat on a batch that is not cancelled.
    pub is_seated: bool,
    pub is_waiting: bool,
    /// Whether the batch is cancelled.
    pub is_off: bool,
    /// Where the person of the enrolment stands on a batch that is not cancelled.
    pub place: Option<Place>,
    /// Revision and state of the sessions that the letter names.
    pub sessions: &'a HashMap<SessionId, (i32, SessionState)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Send,
    /// Another worker has it, or somebody took it back.
    Lost,
    /// All mail is stopped: back into the ledger as it was.
    Paused,
    TooLate,
    /// What it says is no longer so; the planner shall look again.
    Unwanted,
    /// Its reader stopped letters of this kind.
    Unsubscribed,
    /// Nothing is sent to its address any more.
    Blocked,
}

pub fn verdict(kind: Kind, told: &[Announced], seen: &Now<'_>, now: Moment) -> Verdict {
    if seen.state != State::Leased || !seen.is_mine {
        return Verdict::Lost;
    }
    // Whoever may start mail again must be able to come in.
    if seen.is_paused && kind != Kind::SignIn {
        return Verdict::Paused;
    }
    if seen.useless_after.is_some_and(|useless| useless <= now) {
        return Verdict::TooLate;
    }
    if seen.is_unsubscribed && kind.can_be_stopped() {
        return Verdict::Unsubscribed;
    }
    // Who asks for a code has perhaps just mended the mailbox.
    if seen.is_blocked && kind != Kind::SignIn {
        return Verdict::Blocked;
    }
    let sessions_are = |state: SessionState| {
        told.iter().all(|(id, revision)| {
            seen.sessions.get(id).is_some_and(|(r, s)| *r == *revision && *s == state)
        })
    };
    let fits = match kind {
        Kind::SignIn | Kind::Bounce => true,
        Kind::Waiting => seen.is_waiting,
        Kind::Confirmation | Kind::Invitation | Kind::Change | Kind::Reminder => {
            seen.is_seated && sessions_are(SessionState::Published)
        }
        // One that names no session says that the batch is not held.
        Kind::Cancellation => {
            sessions_are(SessionState::Cancelled) && (seen.is_off || !told.is_empty())
        }
        Kind::Withdrawal => !seen.is_seated && sessions_are(SessionState::Published),
        Kind::Apology => sessions_are(SessionState::Published),
        Kind::Offer => seen.place == Some(Place::Offered),
        Kind::Request => seen.place == Some(Place::Requested),
        Kind::Lapse | Kind::Decision => seen.place == Some(Place::Withdrawn),
    };
    if fits { Verdict::Send } else { Verdict::Unwanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, place: &str, session: (i32, &str), verdict_is: Verdict) {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let sessions =
            HashMap::from([(SessionId(1), (session.0, SessionState::parse(session.1).unwrap()))]);
        let seen = Now {
            state: State::Leased,
            is_mine: true,
            useless_after: Some(now.plus_minutes(1)),
            is_paused: false,
            is_unsubscribed: false,
            is_blocked: false,
            is_seated: place == "seat",
            is_waiting: place == "waiting",
            is_off: place == "off",
            place: Place::parse(place),
            sessions: &sessions,
        };
        let kind = Kind::parse(kind).unwrap();
        let told = [(SessionId(1), 2)];
        assert_eq!(verdict(kind, &told, &seen, now), verdict_is, "{kind} {place} {session:?}");
        let late = Now { useless_after: Some(now), ..seen.clone() };
        assert_eq!(verdict(kind, &told, &late, now), Verdict::TooLate);
        let taken = Now { is_mine: false, ..seen.clone() };
        assert_eq!(verdict(kind, &told, &taken, now), Verdict::Lost);
        let paused = Now { is_paused: true, ..seen.clone() };
        let held = if kind == Kind::SignIn { verdict_is } else { Verdict::Paused };
        assert_eq!(verdict(kind, &told, &paused, now), held);
        let stopped = Now { is_unsubscribed: true, ..seen.clone() };
        let left = if kind == Kind::Reminder { Verdict::Unsubscribed } else { verdict_is };
        assert_eq!(verdict(kind, &told, &stopped, now), left);
        let blocked = Now { is_blocked: true, ..seen.clone() };
        let held = if kind == Kind::SignIn { verdict_is } else { Verdict::Blocked };
        assert_eq!(verdict(kind, &told, &blocked, now), held);
        let cancelled = Now { state: State::Cancelled, ..seen };
        assert_eq!(verdict(kind, &told, &cancelled, now), Verdict::Lost);
    }

    #[test]
    fn a_letter_goes_only_while_it_is_true() {
        use Verdict::{Send, Unwanted};
        check("reminder", "seat", (2, "published"), Send);
        check("reminder", "seat", (3, "published"), Unwanted);
        check("reminder", "seat", (2, "cancelled"), Unwanted);
        check("reminder", "withdrawn", (2, "published"), Unwanted);
        check("confirmation", "seat", (2, "published"), Send);
        check("confirmation", "waiting", (2, "published"), Unwanted);
        check("invitation", "seat", (3, "published"), Unwanted);
        check("change", "seat", (2, "published"), Send);
        check("change", "seat", (3, "published"), Unwanted);
        check("cancellation", "seat", (2, "cancelled"), Send);
        check("cancellation", "withdrawn", (2, "cancelled"), Send);
        check("cancellation", "off", (2, "cancelled"), Send);
        check("cancellation", "off", (3, "cancelled"), Unwanted);
        check("withdrawal", "withdrawn", (2, "published"), Send);
        check("withdrawal", "seat", (2, "published"), Unwanted);
        check("withdrawal", "withdrawn", (3, "published"), Unwanted);
        check("waiting", "waiting", (9, "cancelled"), Send);
        check("waiting", "seat", (2, "published"), Unwanted);
        check("sign_in", "", (9, "draft"), Send);
        check("offer", "offered", (9, "draft"), Send);
        check("offer", "seat", (2, "published"), Unwanted);
        check("lapse", "withdrawn", (2, "published"), Send);
        check("lapse", "waiting", (2, "published"), Unwanted);
        check("request", "requested", (2, "published"), Send);
        check("request", "seat", (2, "published"), Unwanted);
        check("decision", "withdrawn", (2, "published"), Send);
        check("decision", "requested", (2, "published"), Unwanted);
    }
}
