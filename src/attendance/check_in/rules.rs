//! What a hall's code proves, for how long, and which mark a tap makes.

use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::{self, SessionId};

words! {
    /// How the phone knew whose tap it is.
    pub enum Way { Visit = "visit", Remembered = "remembered", Digits = "digits" }
}

words! {
    /// What the trainer should look at.
    pub enum Flag {
        /// A second person on one phone.
        Device = "device",
        /// Made without a network and sent later: the code proves the half minute, not the place.
        Later = "later",
    }
}

/// Seconds that one code is shown.
pub const STEP: i64 = 30;
/// Minutes before the start from which people may check in: they come before the roll call opens.
const OPENS: i64 = 30;
/// Minutes after the start from which a check-in is `late`.
const GRACE: i64 = 15;
/// Seconds within which somebody who saw the code must have said who he is: enough for a mailed code.
const SEEN_FOR: i64 = 600;
/// Hours after the end within which a tap made without a network may arrive.
const LATER_HOURS: i64 = 48;
/// Days that a phone remembers whose it is.
pub const REMEMBERED_DAYS: i64 = 180;
/// Digits of the code that is typed instead of scanned.
const DIGITS: u32 = 6;

/// The half minute of a moment, counted from 1970.
pub fn step_at(at: Moment) -> i64 {
    at.micros().div_euclid(STEP * 1_000_000)
}

/// Whether a code of this step may be seen at this moment: one step of difference is a slow camera
/// or a clock that is a little off.
pub fn fits(step: i64, at: Moment) -> bool {
    (step_at(at) - step).abs() <= 1
}

/// A code as it stands in an address: it says its session and its half minute, and the seal that
/// only the session's secret makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub session: SessionId,
    pub step: i64,
}

/// What a session's codes are made of. The trainer's phone gets it, so as to need no network.
pub fn secret_of(site: &str, session: SessionId) -> String {
    ids::seal(site, "check-in", &session.to_string())
}

pub fn code(secret: &str, session: SessionId, step: i64) -> String {
    format!("{session}.{step}.{}", ids::short_seal(secret, "hall", &step.to_string()))
}

/// The same as six digits, for a phone without a camera.
pub fn typed_code(secret: &str, step: i64) -> String {
    ids::digits_of(secret, "typed", &step.to_string(), DIGITS)
}

/// Reads a code of ours; anything else is none.
pub fn read(site: &str, text: &str) -> Option<Code> {
    let mut parts = text.splitn(3, '.');
    let (session, step, seal) = (parts.next()?, parts.next()?, parts.next()?);
    let code = Code { session: session.parse().ok()?, step: step.parse().ok()? };
    let secret = secret_of(site, code.session);
    ids::short_seal_fits(&secret, "hall", &code.step.to_string(), seal).then_some(code)
}

/// What a phone keeps of a code that it saw in time; of no use on another phone.
pub fn seen(site: &str, session: SessionId, device: &str, at: Moment) -> String {
    let text = format!("{session}.{}", at.micros() / 1_000_000);
    format!("{text}.{}", ids::short_seal(site, "seen", &format!("{text}.{device}")))
}

/// Whether this phone saw this session's code a few minutes ago.
pub fn saw(site: &str, session: SessionId, device: &str, kept: &str, now: Moment) -> bool {
    let mut parts = kept.splitn(3, '.');
    let (Some(of), Some(at), Some(seal)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let age = at.parse::<i64>().map(|at| now.micros() / 1_000_000 - at);
    of == session.to_string()
        && age.is_ok_and(|age| (0..=SEEN_FOR).contains(&age))
        && ids::short_seal_fits(site, "seen", &format!("{of}.{at}.{device}"), seal)
}

/// What keeps a session's check-in shut at a moment; the word of the conflict.
pub fn shut(state: &str, starts_at: Moment, ends_at: Moment, at: Moment) -> Option<&'static str> {
    match state {
        "cancelled" => Some("check-in-cancelled"),
        "published" if at < opens_at(starts_at) => Some("check-in-early"),
        "published" if at > ends_at => Some("check-in-over"),
        "published" => None,
        _ => Some("check-in-cancelled"),
    }
}

pub fn opens_at(starts_at: Moment) -> Moment {
    starts_at.plus_minutes(-OPENS)
}

/// Whether a tap made without a network at `tapped` may still be taken.
pub fn may_come_later(step: i64, tapped: Moment, ends_at: Moment, now: Moment) -> bool {
    fits(step, tapped) && tapped <= now && now <= ends_at.plus_minutes(LATER_HOURS * 60)
}

pub fn status_at(starts_at: Moment, at: Moment) -> Status {
    if at > late_from(starts_at) { Status::Late } else { Status::Present }
}

/// Hours before the start from which a phone may hold the session's secret.
const SECRET_HOURS: i64 = 48;

/// Whether a phone may hold the secret of a session now.
pub fn is_near(state: &str, starts_at: Moment, ends_at: Moment, now: Moment) -> bool {
    let from = starts_at.plus_minutes(-SECRET_HOURS * 60);
    state == "published" && (from..=ends_at).contains(&now)
}

/// Whoever comes after this is late.
pub fn late_from(starts_at: Moment) -> Moment {
    starts_at.plus_minutes(GRACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "a secret that only tests know";

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn a_code_is_good_for_its_own_half_minute_and_its_neighbours() {
        let now = at("2026-03-02 08:00");
        let step = step_at(now);
        for (seconds, good) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
            assert_eq!(fits(step, now.plus_seconds(seconds)), good, "{seconds}");
        }
    }

    #[test]
    fn only_the_sessions_own_secret_makes_its_codes() {
        let (session, step) = (SessionId(42), 59_000_000);
        let made = code(&secret_of(SITE, session), session, step);
        assert_eq!(read(SITE, &made), Some(Code { session, step }));
        let foreign = code(&secret_of(SITE, SessionId(43)), session, step);
        for wrong in [
            foreign.as_str(),
            &made.replace("42.", "43."),
            &made.replace("59000000", "59000001"),
            &made[..made.len() - 1],
            "42.59000000.",
            "42.59000000",
            "",
            "..",
        ] {
            assert_eq!(read(SITE, wrong), None, "{wrong}");
        }
        for place in 0..made.len() {
            let mut other: Vec<u8> = made.bytes().collect();
            other[place] = if other[place] == b'7' { b'8' } else { b'7' };
            assert_eq!(read(SITE, &String::from_utf8(other).unwrap()), None, "{place}");
        }
    }

    #[test]
    fn what_was_seen_stays_on_its_phone_for_ten_minutes() {
        let (session, now) = (SessionId(42), at("2026-03-02 08:00"));
        let kept = seen(SITE, session, "phone", now);
        let check = |session, device, minutes, good| {
            let then = now.plus_minutes(minutes);
            assert_eq!(saw(SITE, session, device, &kept, then), good, "{device} {minutes}");
        };
        check(session, "phone", 0, true);
        check(session, "phone", 10, true);
        check(session, "phone", 11, false);
        check(session, "phone", -1, false);
        check(session, "other", 0, false);
        check(SessionId(43), "phone", 0, false);
    }

    #[test]
    fn check_in_opens_half_an_hour_before_and_ends_with_the_session() {
        let check = |state: &str, now: &str, said: Option<&str>| {
            let (from, to) = (at("2026-03-02 09:00"), at("2026-03-02 11:00"));
            assert_eq!(shut(state, from, to, at(now)), said, "{state} {now}");
        };
        check("published", "2026-03-02 08:29", Some("check-in-early"));
        check("published", "2026-03-02 08:30", None);
        check("published", "2026-03-02 11:00", None);
        check("published", "2026-03-02 11:01", Some("check-in-over"));
        check("cancelled", "2026-03-02 09:00", Some("check-in-cancelled"));
        check("draft", "2026-03-02 09:00", Some("check-in-cancelled"));
    }

    #[test]
    fn a_phone_holds_the_secret_for_two_days() {
        let (start, end) = (at("2026-03-02 09:00"), at("2026-03-02 11:00"));
        assert!(is_near("published", start, end, at("2026-02-28 09:00")));
        assert!(!is_near("published", start, end, at("2026-02-28 08:59")));
        assert!(is_near("published", start, end, end));
        assert!(!is_near("published", start, end, at("2026-03-02 11:01")));
        assert!(!is_near("cancelled", start, end, start));
    }

    #[test]
    fn a_late_comer_is_late() {
        let start = at("2026-03-02 09:00");
        assert_eq!(status_at(start, at("2026-03-02 08:31")), Status::Present);
        assert_eq!(status_at(start, at("2026-03-02 09:15")), Status::Present);
        assert_eq!(status_at(start, at("2026-03-02 09:16")), Status::Late);
    }

    #[test]
    fn a_tap_without_network_counts_by_the_time_that_its_code_proves() {
        let tapped = at("2026-03-02 09:05");
        let (step, end) = (step_at(tapped), at("2026-03-02 11:00"));
        let check = |claimed: &str, now: &str, good| {
            assert_eq!(may_come_later(step, at(claimed), end, at(now)), good, "{claimed} {now}");
        };
        check("2026-03-02 09:05", "2026-03-02 13:00", true);
        check("2026-03-02 09:05", "2026-03-04 11:00", true);
        check("2026-03-02 09:05", "2026-03-04 11:01", false);
        check("2026-03-02 09:07", "2026-03-02 13:00", false);
        check("2026-03-02 09:03", "2026-03-02 13:00", false);
        check("2026-03-02 09:05", "2026-03-02 09:04", false);
    }
}
