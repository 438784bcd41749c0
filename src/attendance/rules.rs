//! Which marks are taken, and which of two marks counts.

use std::collections::{HashMap, HashSet};

use crate::completion::rules::Status;
use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::PersonId;

words! {
    /// What came of a mark that was sent.
    pub enum Outcome {
        Created = "created",
        Duplicate = "duplicate",
        Superseded = "superseded",
        Rejected = "rejected",
    }
}

words! {
    /// Why a mark was not taken.
    pub enum Reason {
        NotOnRoster = "not-on-roster",
        TooEarly = "too-early",
        TooLate = "too-late",
        Cancelled = "cancelled",
        NotPublished = "not-published",
        Malformed = "malformed",
    }
}

/// Whose hand marks: it decides for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Until the roll is declared finished.
    Helper,
    Trainer,
    Admin,
    /// An admin of a whole tree.
    State,
}

/// A session as the roll call sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<'a> {
    pub state: &'a str,
    pub starts_at: Moment,
    pub ends_at: Moment,
    pub finished: bool,
}

/// Minutes before the start at which the roll call opens.
pub const OPENS: i64 = 15;
/// Hours after the end within which a trainer may still mark.
const TRAINER_HOURS: i64 = 48;
/// Days after the end within which an admin may still mark.
const ADMIN_DAYS: i64 = 5;

/// What keeps the roll of a session closed to a hand at this moment. The moment is when the marks
/// arrive: a phone's clock can be set, and two days are enough to find a network.
pub fn closed(session: Window<'_>, hand: Hand, now: Moment) -> Option<Reason> {
    let until = match hand {
        Hand::Helper if session.finished => Some(session.starts_at),
        Hand::Helper | Hand::Trainer => Some(session.ends_at.plus_minutes(TRAINER_HOURS * 60)),
        Hand::Admin => Some(session.ends_at.plus_days(ADMIN_DAYS)),
        Hand::State => None,
    };
    match session.state {
        "cancelled" => Some(Reason::Cancelled),
        "published" if now < opens_at(session.starts_at) => Some(Reason::TooEarly),
        "published" if until.is_some_and(|until| now > until) => Some(Reason::TooLate),
        "published" => None,
        _ => Some(Reason::NotPublished),
    }
}

pub fn opens_at(starts_at: Moment) -> Moment {
    starts_at.plus_minutes(-OPENS)
}

/// One mark as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMark {
    /// Made by the sender, once for each mark: what makes a repeat harmless.
    pub client_id: String,
    pub person: PersonId,
    pub status: Status,
    /// Minutes kept: for `partial`, and only for it.
    pub minutes: Option<i32>,
    /// The sender's clock when it was tapped.
    pub marked_at: Moment,
    pub device: Option<String>,
}

impl SentMark {
    /// Whether it can be kept at all.
    pub fn is_sound(&self) -> bool {
        let id = !self.client_id.is_empty()
            && self.client_id.len() <= 100
            && self.client_id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
        let minutes = match (self.status, self.minutes) {
            (Status::Partial, Some(minutes)) => (0..=6_000).contains(&minutes),
            (Status::Partial, None) => false,
            _ => true,
        };
        let device =
            self.device.as_ref().is_none_or(|d| d.len() <= 200 && !d.chars().any(char::is_control));
        id && minutes && device
    }
}

/// What decides between two marks of one person: the later one counts, then the greater id. So
/// any order, repetition or split of the same marks ends in the same roll.
pub type Rank = (Moment, String);

/// What came of one mark, by its place in the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub outcome: Outcome,
    pub reason: Option<Reason>,
}

/// What is known before the marks of a call are taken.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Who may be marked: has a seat, or a mark already.
    pub expected: HashSet<PersonId>,
    /// The marks that count now.
    pub ranks: HashMap<PersonId, Rank>,
    /// Ids that were taken before: for this session, and for another.
    pub seen: HashSet<String>,
    pub foreign: HashSet<String>,
}

/// Judges the marks of one call, in their order; gives for each what came of it, and which of them
/// count in the end (places in `marks`).
pub fn merge(known: &Known, marks: &[SentMark]) -> (Vec<Judged>, Vec<usize>) {
    let mut seen: HashSet<&str> = known.seen.iter().map(String::as_str).collect();
    let mut top: HashMap<PersonId, (Rank, Option<usize>)> =
        known.ranks.iter().map(|(p, rank)| (*p, (rank.clone(), None))).collect();
    let mut judged = Vec::with_capacity(marks.len());
    for (place, mark) in marks.iter().enumerate() {
        let refused = |reason| Judged { outcome: Outcome::Rejected, reason: Some(reason) };
        let taken = |outcome| Judged { outcome, reason: None };
        judged.push(if !mark.is_sound() || known.foreign.contains(&mark.client_id) {
            refused(Reason::Malformed)
        } else if seen.contains(mark.client_id.as_str()) {
            taken(Outcome::Duplicate)
        } else if !known.expected.contains(&mark.person) {
            refused(Reason::NotOnRoster)
        } else {
            seen.insert(&mark.client_id);
            let rank = (mark.marked_at, mark.client_id.clone());
            let counts = top.get(&mark.person).is_none_or(|(old, _)| rank > *old);
            if counts {
                top.insert(mark.person, (rank, Some(place)));
            }
            taken(if counts { Outcome::Created } else { Outcome::Superseded })
        });
    }
    let mut counting: Vec<usize> = top.into_values().filter_map(|(_, place)| place).collect();
    counting.sort_unstable();
    (judged, counting)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn the_roll_opens_and_closes() {
        let check = |state, hand, now: &str, expected: Option<Reason>| {
            let session = Window {
                state,
                starts_at: at("2026-03-02 09:00"),
                ends_at: at("2026-03-02 11:00"),
                finished: false,
            };
            assert_eq!(closed(session, hand, at(now)), expected, "{state} {hand:?} {now}");
        };
        check("published", Hand::Trainer, "2026-03-02 08:44", Some(Reason::TooEarly));
        check("published", Hand::State, "2026-03-02 08:44", Some(Reason::TooEarly));
        check("published", Hand::Trainer, "2026-03-02 08:45", None);
        check("published", Hand::Helper, "2026-03-02 10:00", None);
        check("published", Hand::Trainer, "2026-03-04 11:00", None);
        check("published", Hand::Trainer, "2026-03-04 11:01", Some(Reason::TooLate));
        check("published", Hand::Admin, "2026-03-07 11:00", None);
        check("published", Hand::Admin, "2026-03-07 11:01", Some(Reason::TooLate));
        check("published", Hand::State, "2027-03-07 11:01", None);
        check("cancelled", Hand::State, "2026-03-02 10:00", Some(Reason::Cancelled));
        check("draft", Hand::Trainer, "2026-03-02 10:00", Some(Reason::NotPublished));
    }

    #[test]
    fn a_helper_stops_when_the_roll_is_finished() {
        let session = Window {
            state: "published",
            starts_at: at("2026-03-02 09:00"),
            ends_at: at("2026-03-02 11:00"),
            finished: true,
        };
        assert_eq!(closed(session, Hand::Helper, at("2026-03-02 10:00")), Some(Reason::TooLate));
        assert_eq!(closed(session, Hand::Trainer, at("2026-03-02 10:00")), None);
    }

    fn mark(id: &str, person: i64, minute: i64) -> SentMark {
        SentMark {
            client_id: id.to_owned(),
            person: PersonId(person),
            status: Status::Present,
            minutes: None,
            marked_at: at("2026-03-02 09:00").plus_minutes(minute),
            device: None,
        }
    }

    fn outcomes(known: &Known, marks: &[SentMark]) -> String {
        let words = merge(known, marks).0;
        let word = |j: Judged| j.reason.map_or(j.outcome.word(), Reason::word);
        words.into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_mark_hears_what_came_of_it() {
        let known = Known {
            expected: [1, 2].map(PersonId).into(),
            ranks: [(PersonId(2), (at("2026-03-02 09:05"), "m".to_owned()))].into(),
            seen: ["old".to_owned()].into(),
            foreign: ["theirs".to_owned()].into(),
        };
        let check =
            |marks: &[SentMark], expected: &str| assert_eq!(outcomes(&known, marks), expected);
        check(&[mark("a", 1, 0), mark("a", 1, 0)], "created duplicate");
        check(&[mark("old", 1, 0)], "duplicate");
        check(
            &[mark("theirs", 1, 0), mark("", 1, 0), mark("a b", 1, 0)],
            "malformed malformed malformed",
        );
        check(&[mark("a", 3, 0)], "not-on-roster");
        check(
            &[mark("a", 2, 4), mark("b", 2, 5), mark("n", 2, 5), mark("c", 2, 6)],
            "superseded superseded created created",
        );
        let half = SentMark { status: Status::Partial, ..mark("a", 1, 0) };
        check(&[half.clone(), SentMark { minutes: Some(20), ..half }], "malformed created");
    }

    /// The roll after a list of calls: who counts by which mark, and every id that was kept.
    fn roll(calls: &[Vec<SentMark>]) -> (Vec<(i64, Rank)>, Vec<String>) {
        let mut known = Known { expected: (0..4).map(PersonId).collect(), ..Known::default() };
        for call in calls {
            let (judged, counting) = merge(&known, call);
            for place in counting {
                let m = &call[place];
                known.ranks.insert(m.person, (m.marked_at, m.client_id.clone()));
            }
            for (mark, judged) in call.iter().zip(judged) {
                if judged.outcome != Outcome::Rejected {
                    known.seen.insert(mark.client_id.clone());
                }
            }
        }
        let mut ranks: Vec<_> = known.ranks.into_iter().map(|(p, r)| (p.0, r)).collect();
        ranks.sort();
        let mut seen: Vec<_> = known.seen.into_iter().collect();
        seen.sort();
        (ranks, seen)
    }

    proptest! {
        #[test]
        fn any_order_split_or_repeat_ends_in_the_same_roll(
            given in proptest::collection::vec((0..5_i64, 0..4_i64), 0..20),
            order in proptest::collection::vec(any::<u32>(), 20),
            cut in 0..20_usize,
            repeat in 0..20_usize,
        ) {
            let marks: Vec<SentMark> = given
                .iter()
                .enumerate()
                .map(|(n, (person, minute))| mark(&format!("m{n}"), *person, *minute))
                .collect();
            let mut shuffled: Vec<(u32, SentMark)> = order.into_iter().zip(marks.clone()).collect();
            shuffled.sort_by_key(|(key, _)| *key);
            let shuffled: Vec<SentMark> = shuffled.into_iter().map(|(_, m)| m).collect();
            let cut = cut.min(shuffled.len());
            let (first, second) = shuffled.split_at(cut);
            let again = marks[..repeat.min(marks.len())].to_vec();
            let calls = [first.to_vec(), again, second.to_vec(), first.to_vec()];
            prop_assert_eq!(roll(&calls), roll(&[marks]));
        }
    }
}
