//! What becomes of every row that knows a person, who may erase, what the name was.

use serde_json::{Value, json};

use crate::access::rules::Reach;
use crate::kit::clean;
use crate::kit::search;
use crate::kit::view::NOBODY;

/// What becomes of the rows of one column that refers to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The rows go.
    Gone,
    /// The rows stay, with this set in them.
    Emptied(&'static str),
    /// The rows are ended by a deed of their own, in `store.rs`.
    Ended(&'static str),
    /// The rows stay as they are, beside a person without a name: why.
    Kept(&'static str),
}

/// One column that refers to people.
pub type Column = (&'static str, &'static str, Fate);

const HAND: &str = "whose hand it was: a number without a name";
const COUNTED: &str = "marks and counts stay";

/// Every column of the schema that refers to people: a new one is decided on here (a test).
pub const COLUMNS: [Column; 69] = [
    ("people", "id", Fate::Ended("the row stays without anything that says who it was")),
    ("phones", "person_id", Fate::Gone),
    ("emails", "person_id", Fate::Gone),
    ("name_words", "person_id", Fate::Gone),
    ("grants", "person_id", Fate::Ended("given back as of yesterday")),
    ("grants", "granted_by", Fate::Kept(HAND)),
    ("visits", "person_id", Fate::Gone),
    ("sign_in_links", "person_id", Fate::Gone),
    ("sign_in_codes", "person_id", Fate::Gone),
    ("api_tokens", "person_id", Fate::Gone),
    ("idempotency_keys", "person_id", Fate::Gone),
    ("session_trainers", "person_id", Fate::Ended("off sessions to come; past ones stay")),
    ("trainer_knowledge", "person_id", Fate::Gone),
    ("session_revisions", "made_by", Fate::Kept(HAND)),
    ("standings", "person_id", Fate::Kept(COUNTED)),
    ("enrolments", "person_id", Fate::Ended("withdrawn where it is not over; past ones stay")),
    ("enrolments", "asked_by", Fate::Kept(HAND)),
    ("enrolment_moves", "made_by", Fate::Kept(HAND)),
    ("marks", "person_id", Fate::Kept(COUNTED)),
    ("marks", "marked_by", Fate::Kept(HAND)),
    ("mark_events", "person_id", Fate::Emptied("reason = null")),
    ("mark_events", "marked_by", Fate::Kept(HAND)),
    ("disagreements", "person_id", Fate::Kept("ids only; a trainer may still settle the mark")),
    ("roll_closings", "closed_by", Fate::Kept(HAND)),
    ("letters", "person_id", Fate::Ended("unsent ones cancelled; no address, no facts")),
    ("travel_times", "set_by", Fate::Kept(HAND)),
    ("plans", "person_id", Fate::Ended("drafts go; a published plan stays with its batches")),
    ("trainer_hours", "person_id", Fate::Gone),
    ("trainer_absences", "person_id", Fate::Gone),
    ("trainer_absences", "made_by", Fate::Kept(HAND)),
    ("offices", "person_id", Fate::Ended("ended as of yesterday; those to come go")),
    ("offices", "appointed_by", Fate::Kept(HAND)),
    ("calendar_feeds", "person_id", Fate::Gone),
    ("offers", "answered_by", Fate::Kept(HAND)),
    ("consents", "person_id", Fate::Gone),
    ("consents", "noted_by", Fate::Kept(HAND)),
    ("answers", "person_id", Fate::Gone),
    ("mail_pauses", "paused_by", Fate::Kept(HAND)),
    ("mail_pauses", "ended_by", Fate::Kept(HAND)),
    ("unsubscribes", "person_id", Fate::Gone),
    ("appeals", "person_id", Fate::Emptied("text = '', answer = null")),
    ("appeals", "decided_by", Fate::Kept(HAND)),
    ("walk_ins", "added_by", Fate::Kept(HAND)),
    ("walk_ins", "person_id", Fate::Emptied("name = '(erased)', phone = ''")),
    ("walk_ins", "matched_by", Fate::Kept(HAND)),
    // What showed that somebody was there: the mark says it, the phone need not be known.
    ("check_ins", "person_id", Fate::Gone),
    ("check_ins", "settled_by", Fate::Kept(HAND)),
    ("remembered_phones", "person_id", Fate::Gone),
    ("badge_revocations", "person_id", Fate::Ended("the badge is revoked, reasons are emptied")),
    ("badge_revocations", "revoked_by", Fate::Kept(HAND)),
    // Nobody is to decide on what nobody asks any more.
    (
        "apologies",
        "person_id",
        Fate::Emptied(
            "words = null, state = case when state = 'asked' then 'withdrawn' else state end",
        ),
    ),
    ("apologies", "decided_by", Fate::Kept(HAND)),
    ("guests", "person_id", Fate::Ended("places to come are given back; past ones stay")),
    ("helper_passes", "made_by", Fate::Kept(HAND)),
    ("digest_lines", "contact_id", Fate::Gone),
    ("stopped_digests", "person_id", Fate::Gone),
    ("notices", "person_id", Fate::Kept("a text of the house to many; its writer has no name")),
    ("notices", "confirmed_by", Fate::Kept(HAND)),
    ("notices", "approved_by", Fate::Kept(HAND)),
    ("notices", "sent_back_by", Fate::Kept(HAND)),
    ("letter_templates", "made_by", Fate::Kept("a text of the house; its writer has no name")),
    ("notice_writers", "person_id", Fate::Gone),
    ("journal", "actor_id", Fate::Kept(HAND)),
    ("enrolment_moves", "enrolment_id", Fate::Ended("of the person's enrolments: no reasons")),
    ("letter_bodies", "letter_id", Fate::Ended("of the person's letters, and what names her")),
    ("untold", "letter_id", Fate::Ended("of the person's letters")),
    ("digest_lines", "letter_id", Fate::Ended("of the person's letters")),
    ("digest_lines", "digest_id", Fate::Kept("what the letter to the unit tells of others")),
    // What came back names an address that the person may have had long ago.
    ("bounces", "letter_id", Fate::Ended("of the person's letters")),
];

/// Where people write freely, so that a name, a number or an address may stand there although the row
/// is about something else: it is taken out, the rest of the text stays. The journal has a way of its
/// own, as have the contacts of units. What others say of themselves (whose child they are, who
/// admitted them) is theirs; titles, addresses and letters to many are the house's, which may mean
/// whoever else bears the name.
pub const TEXTS: [(&str, &str); 24] = [
    ("venues", "contact"),
    ("batches", "cancel_reason"),
    ("sessions", "cancel_reason"),
    ("session_revisions", "reason"),
    ("enrolment_moves", "reason"),
    ("mark_events", "reason"),
    ("appeals", "text"),
    ("appeals", "answer"),
    ("walk_ins", "name"),
    ("walk_ins", "phone"),
    ("helper_passes", "label"),
    ("badge_revocations", "reason"),
    ("apologies", "words"),
    ("answers", "reason"),
    ("trainer_absences", "reason"),
    ("plans", "grid"),
    ("letters", "facts"),
    ("letters", "reason"),
    ("mail_pauses", "reason"),
    ("bounces", "said"),
    ("blocked_addresses", "said"),
    ("idempotency_keys", "answer"),
    ("calendar_feeds", "label"),
    ("api_tokens", "label"),
];

/// Only whoever administers the whole tree: nobody below decides alone over the people of his units.
pub fn may_erase(reach: &Reach, path: &str) -> bool {
    reach.covers_tree_of(path)
}

/// By what words a person is known in texts that are about something else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known(Vec<String>);

impl Known {
    /// Names of several words, numbers as they are kept and as they are written, addresses. A name of
    /// one word is everybody's: taking it out of others' texts would tear holes into them.
    pub fn of(names: &[&str], phones: &[String], emails: &[String]) -> Self {
        let several: Vec<&str> =
            names.iter().copied().filter(|n| n.split_whitespace().count() > 1).collect();
        Self::also_by_one_word(&several, phones, emails)
    }

    /// As `of`, with names of one word: where a false hit costs no more than another look.
    pub fn also_by_one_word(names: &[&str], phones: &[String], emails: &[String]) -> Self {
        let names = names.iter().map(|n| n.trim()).filter(|n| !n.is_empty());
        let mut words: Vec<String> = names.map(str::to_owned).collect();
        for number in phones {
            words.push(number.clone());
            let shown = clean::phone_shown(number);
            words.extend(number.strip_prefix("+91").map(str::to_owned));
            words.push(shown.replace(' ', "-"));
            words.push(shown);
        }
        words.extend(emails.iter().cloned());
        words.iter_mut().for_each(|w| *w = w.to_ascii_lowercase());
        // The longest first: a number with its country before the one without.
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        words.dedup();
        Self(words)
    }

    pub fn words(&self) -> &[String] {
        &self.0
    }

    pub fn stands_in(&self, text: &str) -> bool {
        self.without(text).is_some()
    }

    /// The text with another word where one of these stood; nothing when none does.
    pub fn without(&self, text: &str) -> Option<String> {
        // ASCII only, so that each byte stays where it is.
        let folded = text.to_ascii_lowercase();
        let mut out = String::with_capacity(text.len());
        let (mut at, mut found) = (0, false);
        while at < text.len() {
            let fits = |word: &&String| {
                folded[at..].starts_with(word.as_str())
                    && is_border(&text[..at], &text[at + word.len()..], word)
            };
            if let Some(word) = self.0.iter().find(fits) {
                out.push_str(NOBODY);
                at += word.len();
                found = true;
            } else {
                let next = text[at..].chars().next().map_or(1, char::len_utf8);
                out.push_str(&text[at..at + next]);
                at += next;
            }
        }
        found.then_some(out)
    }
}

/// Whether a name is, or holds, another one, in whichever script either is written: "Ram Kumar" in
/// "श्री राम कुमार वर्मा".
pub fn holds_name(name: &str, other: &str) -> bool {
    let (key, sought) = (search::fold(name), search::fold(other));
    if sought.is_empty() {
        // A script that is not folded.
        let other = other.trim().to_lowercase();
        return !other.is_empty() && name.to_lowercase().contains(&other);
    }
    let (key, sought): (Vec<&str>, Vec<&str>) =
        (key.split(' ').collect(), sought.split(' ').collect());
    key.windows(sought.len()).any(|words| words == sought)
}

/// What people wrote into an entry of the journal that is about an erased person: the program's own
/// words, ids and times stay.
const WRITTEN: [&str; 5] = ["reason", "label", "address", "said", "clash_reason"];

/// The detail of an entry without what people wrote there; nothing when there is nothing to take out.
pub fn without_words(detail: &str) -> Option<String> {
    let mut detail: Value = serde_json::from_str(detail).ok()?;
    let mut found = false;
    for key in WRITTEN {
        if let Some(text) = detail.get_mut(key).filter(|v| v.is_string() && **v != json!(NOBODY)) {
            *text = json!(NOBODY);
            found = true;
        }
    }
    found.then(|| detail.to_string())
}

/// Whether a word stands by itself between two texts: "Ram Kumar" is not in "Ram Kumari".
fn is_border(before: &str, after: &str, word: &str) -> bool {
    // A vowel sign goes on with the letter before it, as a letter does.
    let goes_on = |c: char| c.is_alphanumeric() || ('\u{0900}'..='\u{0963}').contains(&c);
    let begins = word.chars().next().is_some_and(goes_on);
    let ends = word.chars().next_back().is_some_and(goes_on);
    let is_begun = begins && before.chars().next_back().is_some_and(goes_on);
    let goes_further = ends && after.chars().next().is_some_and(goes_on);
    !is_begun && !goes_further
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::rules::{Held, Right, Role};

    #[test]
    fn only_who_administers_the_whole_tree_erases() {
        let (root, other) = ("0000000000000000001", "0000000000000000002");
        let below = format!("{root}0000000000000000003");
        let reach = |role: Role, path: &str| {
            let held = [Held { role, path: Some(path.to_owned()), session: None }];
            Reach::of(&held, Right::Manage)
        };
        for (role, at, person, may) in [
            (Role::Admin, root, below.as_str(), true),
            (Role::Admin, root, root, true),
            (Role::Admin, other, below.as_str(), false),
            (Role::Admin, below.as_str(), below.as_str(), false),
            (Role::Auditor, root, below.as_str(), false),
            (Role::Trainer, root, below.as_str(), false),
        ] {
            assert_eq!(may_erase(&reach(role, at), person), may, "{role} {at} {person}");
        }
    }

    #[test]
    fn a_name_is_taken_out_of_a_text_and_nothing_else() {
        let known = Known::of(
            &["Ram Kumar", "राम कुमार", "राम"],
            &["+919876543210".to_owned()],
            &["Ram.K@example.org".to_owned()],
        );
        for (text, left) in [
            ("ram kumar is ill", Some("(erased) is ill")),
            ("Ram Kumari is ill", None),
            ("राम कुमार बीमार हैं", Some("(erased) बीमार हैं")),
            ("राम कुमारी बीमार हैं", None),
            ("राम नवमी", None),
            ("call 98765 43210 or +919876543210.", Some("call (erased) or (erased).")),
            ("call 9876543210", Some("call (erased)")),
            ("call 98765432101", None),
            ("<ram.k@EXAMPLE.org> is unknown", Some("<(erased)> is unknown")),
            ("xram.k@example.org", None),
            ("{\"name\":\"Ram Kumar\"}", Some("{\"name\":\"(erased)\"}")),
            ("", None),
        ] {
            assert_eq!(known.without(text).as_deref(), left, "{text}");
        }
        assert_eq!(Known::default().without("anything"), None);
    }

    #[test]
    fn a_name_of_one_word_is_known_only_where_that_is_asked_for() {
        let names = ["Zubeida", ""];
        assert_eq!(Known::of(&names, &[], &[]), Known::default());
        let known = Known::also_by_one_word(&names, &[], &[]);
        assert_eq!(known.without("Zubeida, Zubeidabad").as_deref(), Some("(erased), Zubeidabad"));
    }

    #[test]
    fn a_name_is_held_by_one_that_is_longer_or_written_otherwise() {
        for (name, other, holds) in [
            ("Ram Kumar", "Ram Kumar", true),
            ("ram  kumar", "Ram Kumar", true),
            ("राम कुमार", "Ram Kumar", true),
            ("Shri Ram Kumar Verma", "Ram Kumar", true),
            ("Ram Kumari", "Ram Kumar", false),
            ("Ram Prasad Kumar", "Ram Kumar", false),
            ("Ram", "Ram Kumar", false),
            ("குமார் ராம்", "குமார்", true),
            ("குமார்", "", false),
        ] {
            assert_eq!(holds_name(name, other), holds, "{name} {other}");
        }
    }

    #[test]
    fn a_column_is_decided_on_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (table, column, _) in COLUMNS {
            assert!(seen.insert((table, column)), "{table}.{column}");
        }
    }
}
