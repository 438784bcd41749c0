//! What a notice to many may say, whom it reads as, and where it stands.

use serde::{Deserialize, Serialize};

use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::{Language, words};
use crate::kit::form::Reading;
use crate::kit::ids::{BatchId, CourseId, NoticeId};
use crate::kit::intake::nearest;

/// Minutes between the confirmation and the first letter, in which everything can be taken back.
pub const HOLD_MINUTES: i64 = 10;
/// A notice that could not go for so long is no news any more.
pub const KEPT_DAYS: i64 = 14;
/// People whose letters are written into the ledger in one transaction.
pub const CHUNK: i64 = 1_000;
/// Names shown of whom it goes to.
pub const SAMPLE: i64 = 10;

const MOST_SUBJECT: usize = 120;
const MOST_BODY: usize = 5_000;

words! {
    /// How a notice is kept.
    pub enum NoticeState {
        Draft = "draft",
        /// Confirmed, for so many people that a second administrator must agree.
        Waiting = "waiting",
        /// Confirmed: its letters go when its time of holding is over.
        Going = "going",
        Paused = "paused",
        Done = "done",
        /// Taken back before anything went.
        Cancelled = "cancelled",
        /// Ended midway: what had not gone does not go.
        Aborted = "aborted",
        /// Ended by itself: who let it go does not administer the unit any more.
        Revoked = "revoked",
    }
}

words! {
    /// Where a notice stands at a moment.
    pub enum Phase {
        Draft = "draft",
        Waiting = "waiting",
        Holding = "holding",
        Sending = "sending",
        Paused = "paused",
        Done = "done",
        Cancelled = "cancelled",
        Aborted = "aborted",
        Revoked = "revoked",
    }
}

words! {
    /// The place that people of the audience have on a batch.
    pub enum OnBatch { Seat = "seat", Waiting = "waiting" }
}

words! {
    /// How far people of the audience have come.
    pub enum Outcome { Complete = "complete", Incomplete = "incomplete" }
}

words! {
    /// What stopped a notice on its way.
    pub enum Brake { Hand = "hand", Alarm = "alarm" }
}

pub fn phase(state: NoticeState, due_at: Option<Moment>, now: Moment) -> Phase {
    match state {
        NoticeState::Draft => Phase::Draft,
        NoticeState::Waiting => Phase::Waiting,
        NoticeState::Going if due_at.is_some_and(|due| now < due) => Phase::Holding,
        NoticeState::Going => Phase::Sending,
        NoticeState::Paused => Phase::Paused,
        NoticeState::Done => Phase::Done,
        NoticeState::Cancelled => Phase::Cancelled,
        NoticeState::Aborted => Phase::Aborted,
        NoticeState::Revoked => Phase::Revoked,
    }
}

/// Whether letters of a notice in this state may still go.
pub fn is_wanted(state: NoticeState) -> bool {
    match state {
        NoticeState::Going | NoticeState::Paused | NoticeState::Done => true,
        NoticeState::Draft
        | NoticeState::Waiting
        | NoticeState::Cancelled
        | NoticeState::Aborted
        | NoticeState::Revoked => false,
    }
}

/// A notice as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticeDraft {
    /// Of the form: sent twice, it makes one draft.
    pub key: String,
    /// The code of the unit.
    pub unit: String,
    pub course: String,
    pub batch: String,
    pub place: String,
    pub verdict: String,
    pub subject_hi: String,
    pub body_hi: String,
    pub subject_en: String,
    pub body_en: String,
}

/// Who of a unit and below: each that is said narrows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub course: Option<CourseId>,
    pub batch: Option<BatchId>,
    pub place: Option<OnBatch>,
    pub verdict: Option<Outcome>,
}

impl Filter {
    /// Whether it asks for an enrolment at all.
    pub fn is_of_training(&self) -> bool {
        *self != Self::default()
    }

    pub fn read(reading: &mut Reading, draft: &NoticeDraft) -> Self {
        Self {
            course: word(reading, "course", &draft.course, |w| w.parse().ok()),
            batch: word(reading, "batch", &draft.batch, |w| w.parse().ok()),
            place: word(reading, "place", &draft.place, OnBatch::parse),
            verdict: word(reading, "verdict", &draft.verdict, Outcome::parse),
        }
    }
}

fn word<T>(
    reading: &mut Reading,
    name: &str,
    given: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let given = given.trim();
    let found = parse(given);
    if found.is_none() && !given.is_empty() {
        reading.fields.add(name, "unknown");
    }
    found
}

/// What a notice says in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// What it says, in one language at least.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub hi: Option<Text>,
    pub en: Option<Text>,
}

impl Texts {
    pub fn read(reading: &mut Reading, draft: &NoticeDraft) -> Self {
        let hi = text(reading, ("subject_hi", &draft.subject_hi), ("body_hi", &draft.body_hi));
        let en = text(reading, ("subject_en", &draft.subject_en), ("body_en", &draft.body_en));
        if hi.is_none() && en.is_none() {
            reading.fields.add("subject_hi", "either-language");
        }
        Self { hi, en }
    }

    pub fn of(&self, language: Language) -> Option<&Text> {
        match language {
            Language::Hi => self.hi.as_ref(),
            Language::En => self.en.as_ref(),
        }
    }

    /// The language that a reader gets it in, and whether the other one follows below: both when
    /// the reader's is not known, the one that is written when there is only one.
    pub fn speech(&self, of_reader: Option<Language>, house: Language) -> (Language, bool) {
        match (&self.hi, &self.en) {
            (Some(_), Some(_)) => (of_reader.unwrap_or(house), of_reader.is_none()),
            (None, Some(_)) => (Language::En, false),
            _ => (Language::Hi, false),
        }
    }
}

fn text(reading: &mut Reading, subject: (&str, &str), body: (&str, &str)) -> Option<Text> {
    if subject.1.trim().is_empty() && body.1.trim().is_empty() {
        return None;
    }
    let said = subject_line(reading, subject.0, subject.1);
    let whole = body_text(reading, body.0, body.1);
    placeholders(reading, subject.0, &said);
    placeholders(reading, body.0, &whole);
    Some(Text { subject: said, body: whole })
}

/// One line, refused when it is more: a line end in a subject is how headers are smuggled in.
fn subject_line(reading: &mut Reading, name: &str, given: &str) -> String {
    let ends_line =
        |c| matches!(c, '\r' | '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if given.contains(ends_line) {
        reading.fields.add(name, "one-line");
        return String::new();
    }
    reading.text(name, given, MOST_SUBJECT)
}

fn body_text(reading: &mut Reading, name: &str, given: &str) -> String {
    let Some(body) = clean::paragraph(given) else {
        reading.fields.add(name, "characters");
        return String::new();
    };
    if body.is_empty() {
        reading.fields.add(name, "required");
    } else if body.chars().count() > MOST_BODY {
        reading.fields.add_with(name, "too-long", vec![("most", MOST_BODY.to_string())]);
    }
    body
}

/// What the facts of a letter hold that is one of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    pub notice: NoticeId,
    /// To its writer, for a look: it goes while the notice is a draft, in both languages.
    #[serde(default)]
    pub is_trial: bool,
    /// Shown on a page and sent to nobody, in this language.
    #[serde(default)]
    pub shown_in: Option<Language>,
}

impl NoticeFacts {
    pub fn of(notice: NoticeId) -> Self {
        Self { notice, is_trial: false, shown_in: None }
    }

    /// The language for one reader, and whether the other follows below.
    pub fn speech(
        self,
        texts: &Texts,
        of_reader: Option<Language>,
        house: Language,
    ) -> (Language, bool) {
        match self.shown_in {
            Some(language) => (language, false),
            None if self.is_trial => {
                let (language, _) = texts.speech(of_reader, house);
                (language, texts.hi.is_some() && texts.en.is_some())
            }
            None => texts.speech(of_reader, house),
        }
    }
}

/// What stands for something else in each letter.
const PLACEHOLDERS: [&str; 2] = ["name", "unit"];

/// A text in pieces: as it is, or a word in braces.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    Said(&'a str),
    /// The word, and the whole as it was written.
    Braced(&'a str, &'a str),
}

/// A word in braces is a placeholder, or meant to be one; any other brace is a brace.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut out = vec![];
    let (mut from, mut at) = (0, 0);
    while let Some(open) = text[at..].find('{').map(|n| at + n) {
        let inside = &text[open + 1..];
        let end = inside.find(['{', '}', '\n']).filter(|n| inside[*n..].starts_with('}'));
        let word = end.map(|n| inside[..n].trim()).filter(|w| is_word(w));
        let (Some(end), Some(word)) = (end, word) else {
            at = open + 1;
            continue;
        };
        // `{{name}}` is how other programs write it: taken whole, and refused.
        let doubled = text[..open].ends_with('{') && inside[end + 1..].starts_with('}');
        let (start, stop) =
            if doubled { (open - 1, open + end + 3) } else { (open, open + end + 2) };
        if start > from {
            out.push(Part::Said(&text[from..start]));
        }
        out.push(Part::Braced(word, &text[start..stop]));
        (from, at) = (stop, stop);
    }
    if from < text.len() {
        out.push(Part::Said(&text[from..]));
    }
    out
}

fn is_word(text: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ');
    !text.is_empty()
        && text.chars().count() <= 40
        && text.chars().all(in_word)
        && text.starts_with(|c: char| c.is_alphabetic())
}

fn placeholders(reading: &mut Reading, name: &str, text: &str) {
    for part in parts(text) {
        let Part::Braced(word, whole) = part else { continue };
        if PLACEHOLDERS.contains(&word) && !whole.starts_with("{{") {
            continue;
        }
        let near = nearest(word, PLACEHOLDERS).unwrap_or("name");
        let args = vec![("given", whole.to_owned()), ("near", format!("{{{near}}}"))];
        reading.fields.add_with(name, "placeholder", args);
        return;
    }
}

/// The text as one reader gets it. What a name holds is said as it is, never looked at again.
pub fn filled(text: &str, name: &str, unit: &str) -> String {
    let value = |part: Part<'_>| match part {
        Part::Said(said) => said.to_owned(),
        Part::Braced("name", _) => name.to_owned(),
        Part::Braced("unit", _) => unit.to_owned(),
        Part::Braced(_, whole) => whole.to_owned(),
    };
    parts(text).into_iter().map(value).collect()
}

/// A stretch of a line: plain, or the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    pub is_link: bool,
}

/// Paragraphs of lines of stretches: what a page needs to show the text with its links.
pub fn paragraphs(body: &str) -> Vec<Vec<Vec<Stretch>>> {
    let lines: Vec<&str> = body.lines().collect();
    lines
        .split(|line| line.trim().is_empty())
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph.iter().map(|line| stretches(line)).collect())
        .collect()
}

fn stretches(line: &str) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = vec![];
    let plain = |out: &mut Vec<Stretch>, text: &str| match out.last_mut() {
        Some(last) if !last.is_link => last.text.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(Stretch { text: text.to_owned(), is_link: false }),
    };
    for word in line.split_inclusive(' ') {
        let at = word.find("https://").or_else(|| word.find("http://"));
        let Some(at) = at else {
            plain(&mut out, word);
            continue;
        };
        // What ends a sentence is no part of the address.
        let ends = |c: char| c == ' ' || ".,;:!?)]»”’\"'।".contains(c);
        let link = word[at..].trim_end_matches(ends);
        if !link.ends_with("//") {
            plain(&mut out, &word[..at]);
            out.push(Stretch { text: link.to_owned(), is_link: true });
            plain(&mut out, &word[at + link.len()..]);
        } else {
            plain(&mut out, word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(draft: &NoticeDraft) -> (Texts, Vec<String>) {
        let mut reading = Reading::default();
        let texts = Texts::read(&mut reading, draft);
        let said = |e: &crate::kit::fault::FieldError| {
            let args: Vec<&str> = e.args.iter().map(|(_, v)| v.as_str()).collect();
            format!("{} {} {}", e.name, e.code, args.join(" ")).trim_end().to_owned()
        };
        let errors = reading.fields.0.iter().map(said).collect();
        (texts, errors)
    }

    fn check(subject: &str, body: &str, errors: &[&str]) {
        let draft = NoticeDraft {
            subject_en: subject.to_owned(),
            body_en: body.to_owned(),
            ..NoticeDraft::default()
        };
        assert_eq!(told(&draft).1, errors, "{subject:?} {body:?}");
    }

    #[test]
    fn each_mistake_stands_at_its_field() {
        check("Meeting", "Come.", &[]);
        check("", "", &["subject_hi either-language"]);
        check("", "Come.", &["subject_en required"]);
        check("Meeting", " \r\n ", &["body_en required"]);
        check("Meeting\r\nBcc: x@example.org", "Come.", &["subject_en one-line"]);
        check("Meeting\u{2028}x", "Come.", &["subject_en one-line"]);
        check("Meeting", "Co\u{202E}me", &["body_en characters"]);
        check(&"x".repeat(121), "Come.", &["subject_en too-long 120"]);
        check("Meeting", &"x".repeat(5_001), &["body_en too-long 5000"]);
        check(
            "For {nmae}",
            "In {units}.",
            &["subject_en placeholder {nmae} {name}", "body_en placeholder {units} {unit}"],
        );
        check("For {name}", "Dear { name } of {unit}", &[]);
        check("Meeting", "Dear {{name}}", &["body_en placeholder {{name}} {name}"]);
        check("Meeting", "Dear {नाम}", &["body_en placeholder {नाम} {name}"]);
        // Braces around anything else are braces.
        check("Meeting", "{{ 7*7 }} {} { {1} {a\nb} }", &[]);
    }

    #[test]
    fn a_name_is_said_and_never_read_again() {
        assert_eq!(
            filled("{name}, {unit}! { name }", "{unit}", "B{name}"),
            "{unit}, B{name}! {unit}"
        );
        assert_eq!(filled("{{ 7*7 }} {% x %} {", "Asha", "B11"), "{{ 7*7 }} {% x %} {");
        assert_eq!(filled("नमस्ते {name} जी", "आशा", ""), "नमस्ते आशा जी");
    }

    #[test]
    fn a_reader_gets_the_own_language() {
        use Language::{En, Hi};
        let text = Some(Text { subject: "a".to_owned(), body: "b".to_owned() });
        let both = Texts { hi: text.clone(), en: text.clone() };
        assert_eq!(both.speech(Some(En), Hi), (En, false));
        assert_eq!(both.speech(None, Hi), (Hi, true));
        assert_eq!(Texts { hi: text.clone(), en: None }.speech(Some(En), En), (Hi, false));
        assert_eq!(Texts { hi: None, en: text }.speech(None, Hi), (En, false));
    }

    #[test]
    fn links_are_told_from_the_words_around_them() {
        let said = |line: &str| -> Vec<String> {
            let stretch = |s: Stretch| if s.is_link { format!("<{}>", s.text) } else { s.text };
            stretches(line).into_iter().map(stretch).collect()
        };
        assert_eq!(
            said("See https://a.example/x?y=1, or call."),
            ["See ", "<https://a.example/x?y=1>", ", or call."]
        );
        assert_eq!(said("(http://b.example)।"), ["(", "<http://b.example>", ")।"]);
        assert_eq!(said("https:// javascript:x"), ["https:// javascript:x"]);
        let shape: Vec<usize> = paragraphs("a\nb\n\n\nc").iter().map(Vec::len).collect();
        assert_eq!(shape, [2, 1]);
    }

    #[test]
    fn nothing_goes_before_the_hold_is_over() {
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let due = Some(now.plus_minutes(HOLD_MINUTES));
        let at = |state: &str, minutes| {
            phase(NoticeState::parse(state).unwrap(), due, now.plus_minutes(minutes))
        };
        assert_eq!(at("going", 9), Phase::Holding);
        assert_eq!(at("going", 10), Phase::Sending);
        assert_eq!(at("paused", 9), Phase::Paused);
        let wanted: Vec<&str> =
            NoticeState::ALL.iter().filter(|s| is_wanted(**s)).map(|s| s.word()).collect();
        assert_eq!(wanted, ["going", "paused", "done"]);
    }
}
