//! Whether a letter still goes, seen in the instant before it is sent.

use std::collections::HashMap;

use chrono_tz::Tz;

use crate::enrolment::rules::Place;
use crate::kit::clock::Moment;
use crate::kit::ids::SessionId;
use crate::kit::night;
use crate::post::rules::{Kind, State};
use crate::reminders::rules::Announced;
use crate::schedule::rules::SessionState;

/// What is so now.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    pub state: State,
    /// Whether the lease is still this worker's.
    pub is_mine: bool,
    /// Whether its reader was erased, wherever the row of a batch still has the name.
    pub is_erased: bool,
    pub useless_after: Option<Moment>,
    /// Whether all mail is stopped.
    pub is_paused: bool,
    /// Whether it is one of a notice that is paused.
    pub is_held: bool,
    /// Whether it is night where its reader is, and it shall wait for the morning.
    pub is_resting: bool,
    /// Whether the person stopped letters of this series.
    pub is_unsubscribed: bool,
    /// Whether letters to the address came back too often.
    pub is_blocked: bool,
    /// Somebody sends it to himself, to see it: it tells nobody anything.
    pub is_trial: bool,
    /// Whether the person has a seat on a batch that is not cancelled.
    pub is_seated: bool,
    pub is_waiting: bool,
    /// It goes to one who teaches its sessions or is admin of their unit, and has no seat.
    pub is_staff: bool,
    /// What it follows up is still so: absent, the roll not taken, named or taken off as a trainer; a
    /// notice not taken back and its reader still of the unit that it is for.
    pub is_still_so: bool,
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
    /// The notice that it is one of is paused.
    Held,
    TooLate,
    /// It is night where its reader is: in the morning.
    Resting,
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
    if seen.is_erased {
        return Verdict::Unwanted;
    }
    // Whoever may start mail again must be able to come in.
    if seen.is_paused && (kind != Kind::SignIn || seen.is_trial) {
        return Verdict::Paused;
    }
    if seen.is_held {
        return Verdict::Held;
    }
    if seen.useless_after.is_some_and(|useless| useless <= now) {
        return Verdict::TooLate;
    }
    if seen.is_resting {
        return Verdict::Resting;
    }
    if seen.is_unsubscribed && kind.can_be_stopped() && !seen.is_trial {
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
        // A digest holds names and numbers of people of a unit that its reader looks after.
        Kind::Digest | Kind::Weekly | Kind::Notice | Kind::NoticeNews => seen.is_still_so,
        Kind::Waiting => seen.is_waiting,
        Kind::Confirmation => seen.is_seated && sessions_are(SessionState::Published),
        // Also to whom somebody names as a trainer.
        Kind::Invitation => {
            (seen.is_seated || (seen.is_staff && seen.is_still_so))
                && sessions_are(SessionState::Published)
        }
        Kind::Change => (seen.is_seated || seen.is_staff) && sessions_are(SessionState::Published),
        Kind::Reminder => {
            (seen.is_seated || seen.is_waiting || seen.is_staff)
                && sessions_are(SessionState::Published)
        }
        Kind::Absence => {
            seen.is_seated && seen.is_still_so && sessions_are(SessionState::Published)
        }
        Kind::Overdue => seen.is_staff && seen.is_still_so && sessions_are(SessionState::Published),
        // It names people and their phones.
        Kind::Roster => seen.is_staff && sessions_are(SessionState::Published),
        Kind::Completion => seen.is_seated,
        // One that names no session says that the batch is not held.
        Kind::Cancellation => {
            sessions_are(SessionState::Cancelled) && (seen.is_off || !told.is_empty())
        }
        Kind::Withdrawal => {
            !seen.is_seated && seen.is_still_so && sessions_are(SessionState::Published)
        }
        // A guest is told of a cancellation too.
        Kind::Apology => {
            sessions_are(SessionState::Published) || sessions_are(SessionState::Cancelled)
        }
        Kind::Offer => seen.place == Some(Place::Offered),
        Kind::Request => seen.place == Some(Place::Requested),
        Kind::Lapse | Kind::Decision => seen.place == Some(Place::Withdrawn),
    };
    if fits || seen.is_trial { Verdict::Send } else { Verdict::Unwanted }
}

/// Until when a letter rests: after an outage too, by night goes only what was meant for the night,
/// and news that would come too late in the morning. What a rule wrote is then missed.
pub fn rests_until(
    kind: Kind,
    due_at: Moment,
    useless_after: Option<Moment>,
    zone: Tz,
    now: Moment,
) -> Option<Moment> {
    let morning = night::morning(now, zone);
    let is_meant = night::morning(due_at, zone) != due_at;
    let is_urgent = !kind.is_by_rule() && useless_after.is_some_and(|useless| useless <= morning);
    let rests = morning > now && !kind.is_at_once() && !is_meant && !is_urgent;
    rests.then_some(morning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_night(kind: &str, due: &str, useless: &str, now: &str, until: Option<&str>) {
        let at = |text: &str| Moment::parse(text).unwrap().plus_minutes(-330);
        let kind = Kind::parse(kind).unwrap();
        let useless = (!useless.is_empty()).then(|| at(useless));
        let rests = rests_until(kind, at(due), useless, chrono_tz::Asia::Kolkata, at(now));
        assert_eq!(rests, until.map(at), "{kind} {due} {now}");
    }

    #[test]
    fn by_night_goes_only_what_is_meant_for_it() {
        let (day, night) = ("2026-03-02 20:00", "2026-03-02 22:00");
        let morning = Some("2026-03-03 07:00");
        check_night("reminder", day, "2026-03-03 10:00", "2026-03-02 20:59", None);
        check_night("reminder", day, "2026-03-03 10:00", "2026-03-02 21:00", morning);
        check_night("reminder", day, "2026-03-03 10:00", "2026-03-03 06:59", morning);
        check_night("reminder", day, "2026-03-03 10:00", "2026-03-03 07:00", None);
        // It will be missed then, but it wakes nobody.
        check_night("reminder", day, "2026-03-03 06:30", night, morning);
        check_night("confirmation", day, "", night, morning);
        // A session that is off in the morning: today or never.
        check_night("cancellation", day, "2026-03-03 06:30", night, None);
        check_night("change", day, "2026-03-09 10:00", night, morning);
        check_night("change", night, "2026-03-09 10:00", "2026-03-02 22:30", None);
        check_night("sign_in", day, "", night, None);
        check_night("notice_news", day, "", night, None);
        // Nobody is woken to call others.
        check_night("digest", day, "2026-03-03 06:30", night, morning);
        check_night("weekly", "2026-03-02 08:00", "2026-03-05 08:00", "2026-03-02 22:00", morning);
    }

    fn check(kind: &str, place: &str, session: (i32, &str), verdict_is: Verdict) {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let sessions =
            HashMap::from([(SessionId(1), (session.0, SessionState::parse(session.1).unwrap()))]);
        let seen = Now {
            state: State::Leased,
            is_mine: true,
            is_erased: false,
            useless_after: Some(now.plus_minutes(1)),
            is_trial: false,
            is_seated: place.starts_with("seat"),
            is_paused: false,
            is_held: false,
            is_resting: false,
            is_unsubscribed: false,
            is_blocked: false,
            is_waiting: place == "waiting",
            is_staff: place == "staff",
            is_still_so: place != "seat-present",
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
        // Whoever was erased gets nothing, whatever stands still.
        let erased = Now { is_erased: true, is_paused: true, ..seen.clone() };
        assert_eq!(verdict(kind, &told, &erased, now), Verdict::Unwanted);
        let paused = Now { is_paused: true, ..seen.clone() };
        let held = if kind == Kind::SignIn { verdict_is } else { Verdict::Paused };
        assert_eq!(verdict(kind, &told, &paused, now), held);
        let held = Now { is_held: true, ..seen.clone() };
        assert_eq!(verdict(kind, &told, &held, now), Verdict::Held);
        let night = Now { is_resting: true, ..seen.clone() };
        assert_eq!(verdict(kind, &told, &night, now), Verdict::Resting);
        let stopped = Now { is_unsubscribed: true, ..seen.clone() };
        let stops = kind.can_be_stopped();
        let left = if stops { Verdict::Unsubscribed } else { verdict_is };
        assert_eq!(verdict(kind, &told, &stopped, now), left);
        let blocked = Now { is_blocked: true, ..seen.clone() };
        let held = if kind == Kind::SignIn { verdict_is } else { Verdict::Blocked };
        assert_eq!(verdict(kind, &told, &blocked, now), held);
        // A trial goes whatever is so, but not while all mail is stopped.
        let trial = Now { is_trial: true, ..seen.clone() };
        assert_eq!(verdict(kind, &told, &trial, now), Verdict::Send);
        let held = Now { is_paused: true, ..trial };
        assert_eq!(verdict(kind, &told, &held, now), Verdict::Paused);
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
        check("invitation", "staff", (2, "published"), Send);
        check("invitation", "withdrawn", (2, "published"), Unwanted);
        check("withdrawal", "", (2, "published"), Send);
        check("withdrawal", "seat-present", (2, "published"), Unwanted);
        check("change", "seat", (2, "published"), Send);
        check("change", "seat", (3, "published"), Unwanted);
        check("change", "staff", (2, "published"), Send);
        check("change", "withdrawn", (2, "published"), Unwanted);
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
        check("reminder", "waiting", (2, "published"), Send);
        check("reminder", "staff", (2, "published"), Send);
        check("absence", "seat", (2, "published"), Send);
        check("absence", "seat-present", (2, "published"), Unwanted);
        check("absence", "withdrawn", (2, "published"), Unwanted);
        check("roster", "staff", (2, "published"), Send);
        check("roster", "staff", (3, "published"), Unwanted);
        check("roster", "", (2, "published"), Unwanted);
        check("overdue", "staff", (2, "published"), Send);
        check("overdue", "staff", (2, "cancelled"), Unwanted);
        check("overdue", "", (2, "published"), Unwanted);
        check("completion", "seat", (9, "draft"), Send);
        check("completion", "withdrawn", (9, "draft"), Unwanted);
        check("offer", "offered", (9, "draft"), Send);
        check("offer", "seat", (2, "published"), Unwanted);
        check("lapse", "withdrawn", (2, "published"), Send);
        check("lapse", "waiting", (2, "published"), Unwanted);
        check("request", "requested", (2, "published"), Send);
        check("request", "seat", (2, "published"), Unwanted);
        check("decision", "withdrawn", (2, "published"), Send);
        check("decision", "requested", (2, "published"), Unwanted);
        check("digest", "", (9, "draft"), Send);
        check("digest", "seat-present", (9, "draft"), Unwanted);
        check("weekly", "", (9, "draft"), Send);
        check("notice", "", (9, "draft"), Send);
        check("notice", "seat-present", (9, "draft"), Unwanted);
    }
}
