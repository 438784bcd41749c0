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
        Withdrawn = "withdrawn",
        Moved = "moved",
        TooEarly = "too-early",
        TooLate = "too-late",
        ReasonNeeded = "reason-needed",
        Cancelled = "cancelled",
        NotPublished = "not-published",
        FromTheFuture = "from-the-future",
        OtherBody = "other-body",
        OtherSession = "other-session",
        Malformed = "malformed",
    }
}

words! {
    /// Whence a mark came.
    pub enum Source {
        Roll = "roll",
        Form = "form",
        Sheet = "sheet",
        Closing = "closing",
        Program = "program",
        Badge = "badge",
        CheckIn = "check_in",
        Apology = "apology",
        Appeal = "appeal",
        WalkIn = "walk_in",
    }
}

/// The weight of what somebody saw.
const SEEN: u8 = 2;

impl Source {
    /// What somebody saw weighs more than what a person said of himself, and that more than what
    /// was only filled in at the end for those of whom nobody had said anything.
    fn weight(self) -> u8 {
        match self {
            Self::Closing => 0,
            Self::CheckIn | Self::Apology => 1,
            _ => SEEN,
        }
    }

    /// Those that say what somebody saw.
    pub fn seen() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|s| s.weight() == SEEN)
    }

    /// Made by somebody who had the marks before him: it ends a disagreement.
    fn settles(self) -> bool {
        matches!(self, Self::Form | Self::Appeal)
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
pub const ADMIN_DAYS: i64 = 5;
/// How far ahead of ours a clock may be without being wrong.
const AHEAD_SECONDS: i64 = 120;

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

/// Whether a change is so late that it needs a reason.
pub fn needs_reason(session: Window<'_>, now: Moment) -> bool {
    now > session.ends_at.plus_days(ADMIN_DAYS)
}

/// What a phone says of its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    pub device_at: Moment,
    pub sequence: Option<i64>,
    /// Server's clock minus the phone's at their last contact, in milliseconds.
    pub offset_ms: Option<i64>,
}

/// One mark as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMark {
    /// Made by the sender, once for each mark: what makes a repeat harmless.
    pub client_id: String,
    pub person: PersonId,
    pub status: Status,
    /// Minutes kept, for `partial`; minutes late, for `late` when known.
    pub minutes: Option<i32>,
    /// When it was tapped, by the server's clock.
    pub marked_at: Moment,
    pub device: Option<String>,
    pub source: Source,
    pub phone: Option<Phone>,
    pub reason: Option<String>,
}

impl SentMark {
    /// A mark without anything that only phones and late changes have.
    pub fn new(
        client_id: String,
        person: PersonId,
        status: Status,
        marked_at: Moment,
        source: Source,
    ) -> Self {
        let (minutes, device, phone, reason) = (None, None, None, None);
        Self { client_id, person, status, minutes, marked_at, device, source, phone, reason }
    }

    /// Whether it can be kept at all.
    pub fn is_sound(&self) -> bool {
        let minutes = match (self.status, self.minutes) {
            (Status::Partial, Some(minutes)) => (0..=6_000).contains(&minutes),
            (Status::Partial, None) => false,
            (Status::Late, Some(minutes)) => (0..=1_440).contains(&minutes),
            _ => true,
        };
        let short = |text: &Option<String>, most: usize| {
            text.as_ref().is_none_or(|t| t.len() <= most && !t.chars().any(char::is_control))
        };
        is_id(&self.client_id) && minutes && short(&self.device, 200) && short(&self.reason, 2_000)
    }

    /// What it says; the same id with other words is another mark, which cannot be.
    fn body(&self) -> Body {
        (self.person, self.status, self.minutes)
    }

    pub fn rank(&self) -> Rank {
        (self.source.weight(), self.marked_at, self.client_id.clone())
    }
}

/// Whether a text can be the id of what a phone made.
pub fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    !text.is_empty() && text.len() <= 100 && text.chars().all(fits)
}

/// Of the phone's clock and its distance from ours at their last contact: the server's time. A
/// distance of more than a century is no clock's.
pub fn corrected(device_at: Moment, offset_ms: Option<i64>) -> Option<Moment> {
    const CENTURY_MS: i64 = 100 * 366 * 86_400_000;
    let offset = offset_ms.unwrap_or(0);
    (offset.unsigned_abs() <= CENTURY_MS.unsigned_abs())
        .then(|| Moment::from_micros(device_at.micros().saturating_add(offset * 1_000)))
}

/// Person, status, minutes.
pub type Body = (PersonId, Status, Option<i32>);

/// What decides between two marks of one person: what was seen before what was said and what was
/// filled in, then the later one, then the greater id. Nothing of it depends on when a mark
/// arrives, so that any order, repetition, split or delay of the same marks ends in the same roll.
pub type Rank = (u8, Moment, String);

/// A rank from its parts, as the database has them.
pub fn rank_of(source: Source, at: Moment, client_id: String) -> Rank {
    (source.weight(), at, client_id)
}

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
    /// Why somebody who was on the list no longer is.
    pub gone: HashMap<PersonId, Reason>,
    /// The marks that count now: what decides against others, and what they say.
    pub ranks: HashMap<PersonId, Rank>,
    pub stands: HashMap<PersonId, (Status, Option<i32>)>,
    /// Ids that were taken before for this session, with what they said.
    pub seen: HashMap<String, Body>,
    /// Ids that were taken for another session.
    pub foreign: HashSet<String>,
}

/// Judges the marks of one call, in their order; gives for each what came of it, and which of them
/// count in the end (places in `marks`).
pub fn merge(known: &Known, marks: &[SentMark], now: Moment) -> (Vec<Judged>, Vec<usize>) {
    let mut seen: HashMap<&str, Body> =
        known.seen.iter().map(|(id, body)| (id.as_str(), *body)).collect();
    let mut top: HashMap<PersonId, (Rank, Option<usize>)> =
        known.ranks.iter().map(|(p, rank)| (*p, (rank.clone(), None))).collect();
    let mut judged = Vec::with_capacity(marks.len());
    for (place, mark) in marks.iter().enumerate() {
        let before = seen.get(mark.client_id.as_str()).copied();
        if let Some(reason) = refusal(known, mark, before, now) {
            judged.push(Judged { outcome: Outcome::Rejected, reason: Some(reason) });
            continue;
        }
        let outcome = if before.is_some() {
            Outcome::Duplicate
        } else {
            seen.insert(&mark.client_id, mark.body());
            let rank = mark.rank();
            let counts = top.get(&mark.person).is_none_or(|(old, _)| rank > *old);
            if counts {
                top.insert(mark.person, (rank, Some(place)));
            }
            if counts { Outcome::Created } else { Outcome::Superseded }
        };
        judged.push(Judged { outcome, reason: None });
    }
    let mut counting: Vec<usize> = top.into_values().filter_map(|(_, place)| place).collect();
    counting.sort_unstable();
    (judged, counting)
}

/// Why a mark cannot be taken.
fn refusal(known: &Known, mark: &SentMark, before: Option<Body>, now: Moment) -> Option<Reason> {
    if !mark.is_sound() {
        Some(Reason::Malformed)
    } else if known.foreign.contains(&mark.client_id) {
        Some(Reason::OtherSession)
    } else if let Some(body) = before {
        (body != mark.body()).then_some(Reason::OtherBody)
    } else if mark.marked_at > now.plus_seconds(AHEAD_SECONDS) {
        Some(Reason::FromTheFuture)
    } else if !known.expected.contains(&mark.person) {
        Some(known.gone.get(&mark.person).copied().unwrap_or(Reason::NotOnRoster))
    } else {
        None
    }
}

/// Who made a mark, on what.
pub type Maker = (Option<PersonId>, Option<String>);

/// One mark that was kept, as somebody made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub person: PersonId,
    pub rank: Rank,
    pub source: Source,
    /// Who made it, on what.
    pub hand: Maker,
    pub value: (Status, Option<i32>),
}

/// Of whom two hands say different things that nobody has settled: the last word of each hand
/// counts, and whoever marks in a form of the page has the others' marks before him.
pub fn disagreements(said: &[Said]) -> Vec<PersonId> {
    let mut settled: HashMap<PersonId, &Rank> = HashMap::new();
    for one in said.iter().filter(|s| s.source.settles()) {
        settled.entry(one.person).and_modify(|r| *r = (*r).max(&one.rank)).or_insert(&one.rank);
    }
    let mut last: HashMap<(PersonId, &Maker), &Said> = HashMap::new();
    let open = |s: &&Said| {
        s.source.weight() == SEEN && settled.get(&s.person).is_none_or(|r| s.rank > **r)
    };
    for one in said.iter().filter(open) {
        let top = last.entry((one.person, &one.hand)).or_insert(one);
        if one.rank > top.rank {
            *top = one;
        }
    }
    let mut values: HashMap<PersonId, HashSet<(Status, Option<i32>)>> = HashMap::new();
    for ((person, _), one) in last {
        values.entry(person).or_default().insert(one.value);
    }
    let mut out: Vec<PersonId> =
        values.into_iter().filter(|(_, v)| v.len() > 1).map(|(p, _)| p).collect();
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "2026-03-02 09:00";

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
            marked_at: at(START).plus_minutes(minute),
            ..SentMark::new(
                id.to_owned(),
                PersonId(person),
                Status::Present,
                at(START),
                Source::Roll,
            )
        }
    }

    fn outcomes(known: &Known, marks: &[SentMark]) -> String {
        let words = merge(known, marks, at("2026-03-02 12:00")).0;
        let word = |j: Judged| j.reason.map_or(j.outcome.word(), Reason::word);
        words.into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn each_mark_hears_what_came_of_it() {
        let known = Known {
            expected: [1, 2].map(PersonId).into(),
            gone: [(PersonId(4), Reason::Withdrawn)].into(),
            ranks: [(PersonId(2), (2, at("2026-03-02 09:05"), "m".to_owned()))].into(),
            stands: [(PersonId(2), (Status::Present, None))].into(),
            seen: [("old".to_owned(), (PersonId(1), Status::Present, None))].into(),
            foreign: ["theirs".to_owned()].into(),
        };
        let check =
            |marks: &[SentMark], expected: &str| assert_eq!(outcomes(&known, marks), expected);
        check(&[mark("a", 1, 0), mark("a", 1, 0)], "created duplicate");
        check(&[mark("a", 1, 0), mark("a", 2, 0)], "created other-body");
        check(&[mark("old", 1, 0)], "duplicate");
        check(&[SentMark { status: Status::Absent, ..mark("old", 1, 0) }], "other-body");
        check(
            &[mark("theirs", 1, 0), mark("", 1, 0), mark("a b", 1, 0)],
            "other-session malformed malformed",
        );
        check(&[mark("a", 3, 0), mark("b", 4, 0)], "not-on-roster withdrawn");
        check(&[mark("a", 1, 182), mark("b", 1, 183)], "created from-the-future");
        check(
            &[mark("a", 2, 4), mark("b", 2, 5), mark("n", 2, 5), mark("c", 2, 6)],
            "superseded superseded created created",
        );
        let half = SentMark { status: Status::Partial, ..mark("a", 1, 0) };
        check(&[half.clone(), SentMark { minutes: Some(20), ..half }], "malformed created");
        let late = SentMark { status: Status::Late, minutes: Some(8), ..mark("l", 1, 0) };
        check(&[late.clone(), SentMark { minutes: Some(1_441), ..late }], "created malformed");
    }

    #[test]
    fn what_was_seen_weighs_more_than_what_was_filled_in() {
        let check = |first: Source, second: Source, expected: &str| {
            let known = Known { expected: [PersonId(1)].into(), ..Known::default() };
            let early = SentMark { source: first, ..mark("a", 1, 0) };
            let later = SentMark { source: second, ..mark("b", 1, 9) };
            assert_eq!(outcomes(&known, &[early, later]), expected, "{first} {second}");
        };
        check(Source::Roll, Source::Roll, "created created");
        check(Source::Roll, Source::CheckIn, "created superseded");
        check(Source::Roll, Source::Closing, "created superseded");
        check(Source::CheckIn, Source::Closing, "created superseded");
        check(Source::Closing, Source::CheckIn, "created created");
        check(Source::CheckIn, Source::Sheet, "created created");
    }

    #[test]
    fn a_wrong_clock_is_put_right_by_its_distance() {
        let check = |device: &str, offset: Option<i64>, expected: Option<&str>| {
            assert_eq!(corrected(at(device), offset), expected.map(at), "{device} {offset:?}");
        };
        check("2026-03-02 09:00", None, Some("2026-03-02 09:00"));
        check("2026-03-05 09:00", Some(-3 * 86_400_000), Some("2026-03-02 09:00"));
        check("1970-01-01 00:10", Some(1_772_441_400_000), Some("2026-03-02 09:00"));
        check("2026-03-02 09:00", Some(i64::MIN), None);
        check("2020-01-01 00:00", Some(60_000), Some("2020-01-01 00:01"));
    }

    #[test]
    fn two_hands_that_differ_are_told_of() {
        let said = |hand: i64, device: &str, minute: i64, status: Status, source: Source| Said {
            person: PersonId(1),
            rank: rank_of(source, at(START).plus_minutes(minute), format!("{hand}-{minute}")),
            source,
            hand: (Some(PersonId(hand)), Some(device.to_owned())),
            value: (status, None),
        };
        let check = |all: &[Said], differ: bool| {
            assert_eq!(disagreements(all).len(), usize::from(differ), "{all:?}");
            let back: Vec<Said> = all.iter().rev().cloned().collect();
            assert_eq!(disagreements(&back), disagreements(all), "in any order");
        };
        use Status::{Absent, Present};
        let a = said(1, "x", 0, Present, Source::Roll);
        check(std::slice::from_ref(&a), false);
        check(&[a.clone(), said(1, "x", 5, Absent, Source::Roll)], false);
        check(&[a.clone(), said(2, "y", 5, Present, Source::Roll)], false);
        check(&[a.clone(), said(2, "y", 5, Absent, Source::Roll)], true);
        check(&[a.clone(), said(1, "y", 5, Absent, Source::Roll)], true);
        check(&[a.clone(), said(2, "y", 5, Absent, Source::CheckIn)], false);
        check(&[a.clone(), said(2, "y", 5, Absent, Source::Closing)], false);
        let settled = said(3, "", 9, Present, Source::Form);
        check(&[a.clone(), said(2, "y", 5, Absent, Source::Roll), settled.clone()], false);
        check(&[a, said(2, "y", 15, Absent, Source::Roll), settled], false);
    }

    // --- Any order, repetition, split or delay -----------------------------------------------------

    /// What stands after a list of calls: who counts by which mark, every id that was kept, and of
    /// whom two hands differ.
    type Stand = (Vec<(i64, String)>, Vec<String>, Vec<PersonId>);

    fn taken(calls: &[Vec<SentMark>]) -> Stand {
        let mut known = Known { expected: (0..4).map(PersonId).collect(), ..Known::default() };
        let mut kept: Vec<SentMark> = vec![];
        for call in calls {
            let (judged, counting) = merge(&known, call, at("2026-03-03 09:00"));
            for place in counting {
                known.ranks.insert(call[place].person, call[place].rank());
            }
            for (mark, judged) in call.iter().zip(judged) {
                if matches!(judged.outcome, Outcome::Created | Outcome::Superseded) {
                    known.seen.insert(mark.client_id.clone(), mark.body());
                    kept.push(mark.clone());
                }
            }
        }
        let counts = known.ranks.into_iter().map(|(p, r)| (p.0, r.2)).collect();
        stand(counts, kept)
    }

    /// The reference: no calls, no memory; every mark that may be kept, the greatest of each person.
    fn model(marks: &[SentMark]) -> Stand {
        let mut kept: Vec<SentMark> = marks.to_vec();
        kept.retain(|m| m.is_sound() && m.person.0 < 4 && m.marked_at < at("2026-03-03 09:02"));
        let mut best: std::collections::BTreeMap<i64, &SentMark> = Default::default();
        for mark in &kept {
            let later = |old: &SentMark| {
                let weigh = |m: &SentMark| (m.source.weight(), m.marked_at.micros());
                weigh(mark).cmp(&weigh(old)).then(mark.client_id.cmp(&old.client_id)).is_gt()
            };
            if best.get(&mark.person.0).is_none_or(|old| later(old)) {
                best.insert(mark.person.0, mark);
            }
        }
        let counts = best.into_iter().map(|(p, m)| (p, m.client_id.clone())).collect();
        stand(counts, kept.clone())
    }

    fn stand(mut counts: Vec<(i64, String)>, kept: Vec<SentMark>) -> Stand {
        counts.sort();
        let said: Vec<Said> = kept
            .iter()
            .map(|m| Said {
                person: m.person,
                rank: m.rank(),
                source: m.source,
                hand: (None, m.device.clone()),
                value: (m.status, m.minutes),
            })
            .collect();
        let mut ids: Vec<String> = kept.into_iter().map(|m| m.client_id).collect();
        ids.sort();
        (counts, ids, disagreements(&said))
    }

    /// A small machine for numbers, so that a case can be told by its seed.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % n
        }

        fn mark(&mut self, n: usize) -> SentMark {
            let status = Status::ALL[self.below(5) as usize];
            let source =
                [Source::Roll, Source::Roll, Source::Form, Source::Closing, Source::CheckIn]
                    [self.below(5) as usize];
            // Phones whose clocks are days wrong, put right by their distance; a few without.
            let offset = [0, -3 * 86_400_000, 5 * 86_400_000, 40_000][self.below(4) as usize];
            let tapped = at(START).plus_minutes(self.below(4) as i64);
            let device_at = Moment::from_micros(tapped.micros() - offset * 1_000);
            let told = (self.below(20) > 0).then_some(offset);
            SentMark {
                status,
                minutes: (status == Status::Partial).then_some(30),
                marked_at: corrected(device_at, told).unwrap(),
                device: Some(format!("phone-{}", self.below(3))),
                ..SentMark::new(
                    format!("m{n}"),
                    PersonId(self.below(5) as i64),
                    status,
                    tapped,
                    source,
                )
            }
        }

        /// The same marks as deliveries: in another order, cut anywhere, some of them twice.
        fn deliveries(&mut self, marks: &[SentMark]) -> Vec<Vec<SentMark>> {
            let mut all: Vec<SentMark> = marks.to_vec();
            for _ in 0..self.below(6) {
                if !marks.is_empty() {
                    all.push(marks[self.below(marks.len() as u64) as usize].clone());
                }
            }
            for i in (1..all.len()).rev() {
                all.swap(i, self.below(i as u64 + 1) as usize);
            }
            let mut calls = vec![vec![]];
            for mark in all {
                if self.below(3) == 0 {
                    calls.push(vec![]);
                }
                if let Some(call) = calls.last_mut() {
                    call.push(mark);
                }
            }
            calls
        }
    }

    #[test]
    fn any_order_repeat_split_or_delay_gives_the_same_marks() {
        const SEED: u64 = 20_261_125;
        const CASES: u64 = 20_000;
        println!("{CASES} cases from seed {SEED}");
        for case in 0..CASES {
            let mut dice = Dice(SEED ^ (case << 20));
            let marks: Vec<SentMark> = (0..dice.below(24) as usize).map(|n| dice.mark(n)).collect();
            let calls = dice.deliveries(&marks);
            assert_eq!(taken(&calls), model(&marks), "seed {SEED} case {case}");
        }
    }
}
