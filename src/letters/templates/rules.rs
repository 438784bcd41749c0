//! What an own text of a letter may say, and how its placeholders are filled in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attendance::turns::Turn;
use crate::kit::clean;
use crate::kit::columns::{Language, words};
use crate::kit::fault::Fields;
use crate::kit::form::{Reading, loose};
use crate::kit::intake;
use crate::post::rules::Kind;

words! {
    /// A letter in one of its cases: each has a text of its own, so that nobody's text about one
    /// session goes out about three, nor a refusal as an acceptance.
    pub enum Case {
        SignIn = "sign_in",
        Confirmation = "confirmation",
        ConfirmationMany = "confirmation-many",
        ConfirmationLater = "confirmation-later",
        Waiting = "waiting",
        Offer = "offer",
        OfferOffice = "offer-office",
        Lapse = "lapse",
        Request = "request",
        RequestNomination = "request-nomination",
        Decision = "decision",
        DecisionOffice = "decision-office",
        Invitation = "invitation",
        InvitationMany = "invitation-many",
        Reminder = "reminder",
        ReminderMany = "reminder-many",
        ReminderToday = "reminder-today",
        ReminderTodayMany = "reminder-today-many",
        Change = "change",
        ChangeMany = "change-many",
        Cancellation = "cancellation",
        CancellationMany = "cancellation-many",
        CancellationBatch = "cancellation-batch",
        Withdrawal = "withdrawal",
        Absence = "absence",
        AbsenceMany = "absence-many",
        ApologyApproved = "apology-approved",
        ApologyDeclined = "apology-declined",
        ApologySeat = "apology-seat",
        ApologyMoved = "apology-moved",
        ApologyCancelled = "apology-cancelled",
        Completion = "completion",
        Roster = "roster",
        Overdue = "overdue",
        OverdueMany = "overdue-many",
        Bounce = "bounce",
    }
}

/// What tells the cases of one kind of letter apart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    /// Sessions that it tells of.
    pub sessions: usize,
    pub is_today: bool,
    /// Not some sessions but the whole batch is called off.
    pub is_off: bool,
    /// It tells an office, or whoever put the person forward, of somebody.
    pub is_about: bool,
    pub was_put_forward: bool,
    pub turn: Option<Turn>,
}

impl Case {
    /// None: the words of this kind are the program's.
    pub fn of(kind: Kind, shape: &Shape) -> Option<Self> {
        let by_number = |one, many| if shape.sessions > 1 { many } else { one };
        let by_reader = |own, office| if shape.is_about { office } else { own };
        Some(match kind {
            Kind::SignIn => Self::SignIn,
            Kind::Confirmation if shape.sessions == 0 => Self::ConfirmationLater,
            Kind::Confirmation => by_number(Self::Confirmation, Self::ConfirmationMany),
            Kind::Waiting => Self::Waiting,
            Kind::Invitation => by_number(Self::Invitation, Self::InvitationMany),
            Kind::Reminder if shape.is_today => {
                by_number(Self::ReminderToday, Self::ReminderTodayMany)
            }
            Kind::Reminder => by_number(Self::Reminder, Self::ReminderMany),
            Kind::Change => by_number(Self::Change, Self::ChangeMany),
            Kind::Cancellation if shape.is_off => Self::CancellationBatch,
            Kind::Cancellation => by_number(Self::Cancellation, Self::CancellationMany),
            Kind::Withdrawal => Self::Withdrawal,
            Kind::Absence => by_number(Self::Absence, Self::AbsenceMany),
            Kind::Completion => Self::Completion,
            Kind::Roster => Self::Roster,
            Kind::Overdue => by_number(Self::Overdue, Self::OverdueMany),
            Kind::Offer => by_reader(Self::Offer, Self::OfferOffice),
            Kind::Lapse => Self::Lapse,
            Kind::Request if shape.was_put_forward => Self::RequestNomination,
            Kind::Request => Self::Request,
            Kind::Decision => by_reader(Self::Decision, Self::DecisionOffice),
            Kind::Apology => match shape.turn {
                Some(Turn::Approved) => Self::ApologyApproved,
                Some(Turn::Declined) => Self::ApologyDeclined,
                Some(Turn::Moved) => Self::ApologyMoved,
                Some(Turn::Cancelled) => Self::ApologyCancelled,
                Some(Turn::Seat) | None => Self::ApologySeat,
            },
            Kind::Bounce => Self::Bounce,
            Kind::Digest | Kind::Weekly | Kind::Notice | Kind::NoticeNews => return None,
        })
    }

    pub fn kind(self) -> Kind {
        match self {
            Self::SignIn => Kind::SignIn,
            Self::Confirmation | Self::ConfirmationMany | Self::ConfirmationLater => {
                Kind::Confirmation
            }
            Self::Waiting => Kind::Waiting,
            Self::Offer | Self::OfferOffice => Kind::Offer,
            Self::Lapse => Kind::Lapse,
            Self::Request | Self::RequestNomination => Kind::Request,
            Self::Decision | Self::DecisionOffice => Kind::Decision,
            Self::Invitation | Self::InvitationMany => Kind::Invitation,
            Self::Reminder | Self::ReminderMany | Self::ReminderToday | Self::ReminderTodayMany => {
                Kind::Reminder
            }
            Self::Change | Self::ChangeMany => Kind::Change,
            Self::Cancellation | Self::CancellationMany | Self::CancellationBatch => {
                Kind::Cancellation
            }
            Self::Withdrawal => Kind::Withdrawal,
            Self::Absence | Self::AbsenceMany => Kind::Absence,
            Self::ApologyApproved
            | Self::ApologyDeclined
            | Self::ApologySeat
            | Self::ApologyMoved
            | Self::ApologyCancelled => Kind::Apology,
            Self::Completion => Kind::Completion,
            Self::Roster => Kind::Roster,
            Self::Overdue | Self::OverdueMany => Kind::Overdue,
            Self::Bounce => Kind::Bounce,
        }
    }

    /// What makes a letter this case: the opposite of `of`, for a sample.
    pub fn shape(self) -> Shape {
        let turn = match self {
            Self::ApologyApproved => Some(Turn::Approved),
            Self::ApologyDeclined => Some(Turn::Declined),
            Self::ApologySeat => Some(Turn::Seat),
            Self::ApologyMoved => Some(Turn::Moved),
            Self::ApologyCancelled => Some(Turn::Cancelled),
            _ => None,
        };
        let tells_sessions = self.tells_sessions();
        Shape {
            sessions: match tells_sessions {
                false => 0,
                true if self.is_many() => 3,
                true => 1,
            },
            is_today: matches!(self, Self::ReminderToday | Self::ReminderTodayMany),
            is_off: self == Self::CancellationBatch,
            is_about: matches!(
                self,
                Self::OfferOffice | Self::DecisionOffice | Self::Request | Self::RequestNomination
            ),
            was_put_forward: self == Self::RequestNomination,
            turn,
        }
    }

    fn is_many(self) -> bool {
        self.word().ends_with("-many")
    }

    fn tells_sessions(self) -> bool {
        !matches!(self, Self::ConfirmationLater | Self::CancellationBatch)
            && !matches!(
                self.kind(),
                Kind::SignIn
                    | Kind::Waiting
                    | Kind::Completion
                    | Kind::Offer
                    | Kind::Lapse
                    | Kind::Request
                    | Kind::Decision
                    | Kind::Bounce
            )
    }

    /// What may stand in braces in this letter.
    pub fn placeholders(self) -> Vec<Placeholder> {
        use Placeholder as P;
        let mut all = vec![P::Name, P::Office];
        if !matches!(self.kind(), Kind::SignIn | Kind::Bounce) {
            all.extend([P::Course, P::Batch]);
        }
        if self.tells_sessions() {
            all.extend([P::Title, P::When, P::Day, P::Date, P::Time, P::Venue, P::Trainer]);
        }
        if self.is_many() || self == Self::Roster {
            all.push(P::Count);
        }
        match self.kind() {
            Kind::SignIn => all.push(P::Code),
            Kind::Waiting => all.push(P::Position),
            Kind::Change => all.extend([P::Was, P::WasDay]),
            Kind::Cancellation => all.push(P::Reason),
            Kind::Absence => all.push(P::Next),
            Kind::Offer => all.extend([P::Until, P::Begins]),
            Kind::Lapse => all.push(P::Until),
            Kind::Decision => all.push(P::Reason),
            Kind::Bounce => all.extend([P::Person, P::Address]),
            _ => {}
        }
        if self.shape().is_about {
            all.push(P::Person);
        }
        all
    }
}

words! {
    /// What stands in braces in an own text.
    pub enum Placeholder {
        Name = "name",
        Course = "course",
        Batch = "batch",
        Title = "title",
        When = "when",
        Day = "day",
        Date = "date",
        Time = "time",
        Venue = "venue",
        Trainer = "trainer",
        Count = "count",
        Was = "was",
        WasDay = "was_day",
        Reason = "reason",
        Next = "next",
        Position = "position",
        Until = "until",
        Begins = "begins",
        Person = "person",
        Address = "address",
        Code = "code",
        Office = "office",
    }
}

/// What each placeholder becomes for one reader; what has no value is not there.
#[derive(Debug, Clone, Default)]
pub struct Values(BTreeMap<Placeholder, String>);

impl Values {
    /// A value is one line, whatever it was.
    pub fn put(&mut self, placeholder: Placeholder, value: &str) {
        let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            self.0.insert(placeholder, line);
        }
    }

    pub fn put_some(&mut self, placeholder: Placeholder, value: Option<&str>) {
        self.put(placeholder, value.unwrap_or_default());
    }

    pub fn get(&self, placeholder: Placeholder) -> Option<&str> {
        self.0.get(&placeholder).map(String::as_str)
    }
}

/// Own words in one language; what is not there is said in the words that come with the program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Words {
    pub subject: Option<String>,
    pub opening: Option<String>,
    /// An empty one is none at all.
    pub closing: Option<String>,
}

/// The own text of a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OwnText {
    pub hi: Words,
    pub en: Words,
}

impl OwnText {
    pub fn is_shipped(&self) -> bool {
        *self == Self::default()
    }

    pub fn said_in(&self, language: Language) -> &Words {
        match language {
            Language::Hi => &self.hi,
            Language::En => &self.en,
        }
    }
}

/// All three texts of one language, as they stand in the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Said {
    pub subject: String,
    pub opening: String,
    pub closing: String,
}

impl Said {
    /// Own words over those that come with the program.
    pub fn under(&self, own: &Words) -> Self {
        let either =
            |own: &Option<String>, shipped: &String| own.as_ref().unwrap_or(shipped).clone();
        Self {
            subject: either(&own.subject, &self.subject),
            opening: either(&own.opening, &self.opening),
            closing: either(&own.closing, &self.closing),
        }
    }
}

/// What is wrong with an own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Not among the placeholders of this letter.
    Unknown {
        given: String,
        near: Option<&'static str>,
    },
    /// Two braces, or what other programs put after one.
    Foreign(String),
    Unclosed(String),
    Unopened,
    Markup(String),
    /// For this reader.
    TooLong,
}

enum Piece<'a> {
    Plain(&'a str),
    Value(Placeholder),
}

/// One line or many, taken apart. It is data: nothing in it is ever run.
fn pieces<'a>(text: &'a str, known: &[Placeholder]) -> Result<Vec<Piece<'a>>, Wrong> {
    let mut out = vec![];
    let mut rest = text;
    while let Some((plain, from)) = rest.find(['{', '}']).map(|at| rest.split_at(at)) {
        out.push(Piece::Plain(plain));
        let Some(inside) = from.strip_prefix('{') else { return Err(Wrong::Unopened) };
        if inside.trim_start().starts_with(['{', '%', '#', '$']) {
            return Err(Wrong::Foreign(excerpt(from)));
        }
        let end = inside.find(['{', '}', '\n']).map(|at| inside.split_at(at));
        let Some((name, after)) = end.and_then(|(name, end)| Some((name, end.strip_prefix('}')?)))
        else {
            return Err(Wrong::Unclosed(excerpt(from)));
        };
        let name = name.trim().to_lowercase();
        let found = Placeholder::parse(&name).filter(|p| known.contains(p));
        let Some(placeholder) = found else {
            let near = intake::nearest(&name, known.iter().map(|p| p.word()));
            return Err(Wrong::Unknown { given: excerpt(&name), near });
        };
        out.push(Piece::Value(placeholder));
        rest = after;
    }
    out.push(Piece::Plain(rest));
    Ok(out)
}

/// So much of it that its writer finds it.
fn excerpt(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(20).collect()
}

/// Filled in for one reader; nothing when a value is missing. A value is never looked at again, so
/// one that looks like a placeholder stays what it is.
fn filled(text: &str, values: &Values) -> Result<Option<String>, Wrong> {
    let mut out = String::new();
    for piece in pieces(text, Placeholder::ALL)? {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Value(placeholder) => match values.get(placeholder) {
                Some(value) => out.push_str(value),
                None => return Ok(None),
            },
        }
    }
    Ok(Some(out))
}

/// The longest subject that a reader gets: longer ones are cut by every mail program.
pub const MOST_FILLED: usize = 250;

/// An own subject for one reader. Nothing, so that the shipped one stands there: when a value is
/// missing, or when it names what subjects of a neutral house must not name.
pub fn subject_for(own: &str, values: &Values, unsaid: &[String]) -> Result<Option<String>, Wrong> {
    let Some(subject) = filled(own, values)? else { return Ok(None) };
    let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    if subject.chars().count() > MOST_FILLED {
        return Err(Wrong::TooLong);
    }
    let folded = subject.to_lowercase();
    let names = |title: &String| !title.is_empty() && folded.contains(&title.to_lowercase());
    Ok((!subject.is_empty() && !unsaid.iter().any(names)).then_some(subject))
}

/// The lines of an own opening or closing for one reader: one with a placeholder that has no value
/// is left out.
pub fn lines_for(own: &str, values: &Values) -> Result<Vec<String>, Wrong> {
    let mut out: Vec<String> = vec![];
    for line in own.lines() {
        if let Some(line) = filled(line, values)? {
            let after_blank = out.last().is_none_or(|l| l.is_empty());
            if !(line.trim().is_empty() && after_blank) {
                out.push(line.trim().to_owned());
            }
        }
    }
    while out.last().is_some_and(|l| l.is_empty()) {
        out.pop();
    }
    Ok(out)
}

/// The lines of a text.
pub fn lines(text: &str) -> Vec<String> {
    text.trim().lines().map(|l| l.trim().to_owned()).collect()
}

pub const MOST_SUBJECT: usize = 150;
pub const MOST_TEXT: usize = 2_000;

/// A text as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextDraft {
    pub subject_hi: String,
    pub opening_hi: String,
    pub closing_hi: String,
    pub subject_en: String,
    pub opening_en: String,
    pub closing_en: String,
    /// The number of the version that its writer saw.
    #[serde(deserialize_with = "loose")]
    pub seen: String,
    /// Whose letter is looked at.
    pub reader: String,
}

impl TextDraft {
    pub fn of(hi: Said, en: Said, seen: i32) -> Self {
        Self {
            subject_hi: hi.subject,
            opening_hi: hi.opening,
            closing_hi: hi.closing,
            subject_en: en.subject,
            opening_en: en.opening,
            closing_en: en.closing,
            seen: seen.to_string(),
            reader: String::new(),
        }
    }

    /// The own words in it; what is as shipped is none.
    pub fn read(&self, case: Case, hi: &Said, en: &Said, reading: &mut Reading) -> OwnText {
        let known = case.placeholders();
        let mut subject = |name: &str, given: &str, shipped: &str| {
            let text = line(name, given, &mut reading.fields);
            check(name, &text, MOST_SUBJECT, &known, &mut reading.fields);
            required(name, &text, &mut reading.fields);
            (text != shipped).then_some(text)
        };
        let subject_hi = subject("subject_hi", &self.subject_hi, &hi.subject);
        let subject_en = subject("subject_en", &self.subject_en, &en.subject);
        let mut part = |name: &str, given: &str, shipped: &str| {
            let text = paragraphs(name, given, &mut reading.fields);
            check(name, &text, MOST_TEXT, &known, &mut reading.fields);
            if !name.starts_with("closing") {
                required(name, &text, &mut reading.fields);
            }
            (text != shipped).then_some(text)
        };
        OwnText {
            hi: Words {
                subject: subject_hi,
                opening: part("opening_hi", &self.opening_hi, &hi.opening),
                closing: part("closing_hi", &self.closing_hi, &hi.closing),
            },
            en: Words {
                subject: subject_en,
                opening: part("opening_en", &self.opening_en, &en.opening),
                closing: part("closing_en", &self.closing_en, &en.closing),
            },
        }
    }
}

fn has(fields: &Fields, name: &str) -> bool {
    fields.0.iter().any(|e| e.name == name)
}

/// A line end in a subject would be the end of a header.
fn line(name: &str, given: &str, fields: &mut Fields) -> String {
    if given.contains(['\r', '\n']) {
        fields.add(name, "template-one-line");
        return String::new();
    }
    clean::line(given).unwrap_or_else(|| {
        fields.add(name, "characters");
        String::new()
    })
}

fn paragraphs(name: &str, given: &str, fields: &mut Fields) -> String {
    clean::paragraph(given).unwrap_or_else(|| {
        fields.add(name, "characters");
        String::new()
    })
}

fn required(name: &str, text: &str, fields: &mut Fields) {
    if text.is_empty() && !has(fields, name) {
        fields.add(name, "required");
    }
}

fn check(name: &str, text: &str, most: usize, known: &[Placeholder], fields: &mut Fields) {
    if text.chars().count() > most {
        fields.add_with(name, "too-long", vec![("most", most.to_string())]);
    } else if let Err(wrong) = fits(text, known) {
        let names = || known.iter().map(|p| format!("{{{p}}}")).collect::<Vec<_>>().join(" ");
        let (code, args) = match wrong {
            Wrong::Unknown { given, near: Some(near) } => {
                ("template-unknown", vec![("given", given), ("near", format!("{{{near}}}"))])
            }
            Wrong::Unknown { given, near: None } => {
                ("template-unknown-none", vec![("given", given), ("known", names())])
            }
            Wrong::Foreign(given) => ("template-foreign", vec![("given", given)]),
            Wrong::Unclosed(given) => ("template-unclosed", vec![("given", given)]),
            Wrong::Unopened => ("template-unopened", vec![]),
            Wrong::Markup(given) => ("template-markup", vec![("given", given)]),
            Wrong::TooLong => ("too-long", vec![("most", MOST_FILLED.to_string())]),
        };
        fields.add_with(name, code, args);
    }
}

/// Whether a text may stand in a letter with these placeholders.
pub fn fits(text: &str, known: &[Placeholder]) -> Result<(), Wrong> {
    if let Some(mark) = markup(text) {
        return Err(Wrong::Markup(excerpt(mark)));
    }
    pieces(text, known).map(|_| ())
}

/// What a browser would take for a tag or for a character's name; readers would see it as it is.
fn markup(text: &str) -> Option<&str> {
    let is_tag = |rest: &str| {
        let next = rest.chars().nth(1);
        next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
    };
    let is_name = |rest: &str| {
        let word: String =
            rest.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '#').collect();
        !word.is_empty() && rest.chars().nth(word.chars().count() + 1) == Some(';')
    };
    text.match_indices(['<', '&'])
        .filter_map(|(at, mark)| Some((mark, text.get(at..)?)))
        .find(|(mark, rest)| if *mark == "<" { is_tag(rest) } else { is_name(rest) })
        .map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_case_is_told_by_its_shape() {
        for case in Case::ALL {
            assert_eq!(Case::of(case.kind(), &case.shape()), Some(*case));
        }
        let many = Shape { sessions: 40, is_today: true, ..Shape::default() };
        assert_eq!(Case::of(Kind::Reminder, &many), Some(Case::ReminderTodayMany));
        let off = Shape { sessions: 4, is_off: true, ..Shape::default() };
        assert_eq!(Case::of(Kind::Cancellation, &off), Some(Case::CancellationBatch));
    }

    fn values(given: &[(&str, &str)]) -> Values {
        let mut out = Values::default();
        for (name, value) in given {
            out.put(Placeholder::parse(name).unwrap(), value);
        }
        out
    }

    fn check_wrong(text: &str, is: Wrong) {
        assert_eq!(fits(text, &Case::Reminder.placeholders()), Err(is), "{text}");
    }

    #[test]
    fn a_text_is_data_with_known_names_in_braces() {
        let known = Case::Reminder.placeholders();
        for good in
            ["", "Come!", "{name}", "{ Name }, {venue}.", "5 < 6 & 7 > 3", "₹ 100 % {office}"]
        {
            assert_eq!(fits(good, &known), Ok(()), "{good}");
        }
        let unknown = |given: &str, near| Wrong::Unknown { given: given.to_owned(), near };
        check_wrong("{nmae}", unknown("nmae", Some("name")));
        check_wrong("Dear {naam}", unknown("naam", Some("name")));
        check_wrong("{venu}", unknown("venu", Some("venue")));
        check_wrong("{7*7}", unknown("7*7", None));
        check_wrong("{}", unknown("", None));
        // Known elsewhere, not in a reminder.
        check_wrong("{code}", unknown("code", None));
        check_wrong("{{ 7*7 }}", Wrong::Foreign("{{ 7*7 }}".to_owned()));
        check_wrong("{{name}}", Wrong::Foreign("{{name}}".to_owned()));
        check_wrong("{% if x %}", Wrong::Foreign("{% if x %}".to_owned()));
        check_wrong("{# x #}", Wrong::Foreign("{# x #}".to_owned()));
        check_wrong("{ $name }", Wrong::Foreign("{ $name }".to_owned()));
        check_wrong("Hello {name", Wrong::Unclosed("{name".to_owned()));
        check_wrong("{name {venue}", Wrong::Unclosed("{name {venue}".to_owned()));
        check_wrong("{na\nme}", Wrong::Unclosed("{na".to_owned()));
        check_wrong("name}", Wrong::Unopened);
        check_wrong("<b>now</b>", Wrong::Markup("<b>now</b>".to_owned()));
        check_wrong("<!-- x -->", Wrong::Markup("<!-- x -->".to_owned()));
        check_wrong("a &amp; b", Wrong::Markup("&amp; b".to_owned()));
        check_wrong("&#x41;", Wrong::Markup("&#x41;".to_owned()));
    }

    #[test]
    fn what_has_no_value_leaves_no_hole() {
        let online = values(&[("name", "Asha"), ("when", "Mon 10:00")]);
        let text = "See you, {name}.\n\nPlace: {venue}\n{when}\n";
        assert_eq!(lines_for(text, &online).unwrap(), ["See you, Asha.", "", "Mon 10:00"]);
        assert_eq!(lines_for("{venue}\n\n{venue}", &online).unwrap(), Vec::<String>::new());
        assert_eq!(subject_for("{when}, {venue}", &online, &[]).unwrap(), None);
        let there = values(&[("when", "Mon"), ("venue", "Hall\n 2")]);
        assert_eq!(subject_for("{when}, {venue}", &there, &[]).unwrap().unwrap(), "Mon, Hall 2");
    }

    #[test]
    fn a_neutral_subject_names_no_course_in_its_own_words() {
        let unsaid = ["New members' course".to_owned(), String::new()];
        let at = values(&[("course", "training"), ("when", "Mon")]);
        let say = |own| subject_for(own, &at, &unsaid).unwrap();
        assert_eq!(say("{course}: {when}").unwrap(), "training: Mon");
        assert_eq!(say("NEW MEMBERS' COURSE {when}"), None);
    }

    #[test]
    fn one_long_name_is_too_long_for_one_reader() {
        let own = "{name} {name} {name}";
        assert!(subject_for(own, &values(&[("name", "Asha")]), &[]).is_ok());
        let long = values(&[("name", &"x".repeat(120))]);
        assert_eq!(subject_for(own, &long, &[]), Err(Wrong::TooLong));
    }

    fn read(change: impl Fn(&mut TextDraft)) -> (OwnText, Vec<(String, &'static str)>) {
        let said = |subject: &str| Said {
            subject: subject.to_owned(),
            opening: "Come.".to_owned(),
            closing: "Thanks.".to_owned(),
        };
        let (hi, en) = (said("याद रखें"), said("Reminder"));
        let mut draft = TextDraft::of(hi.clone(), en.clone(), 0);
        change(&mut draft);
        let mut reading = Reading::default();
        let text = draft.read(Case::Reminder, &hi, &en, &mut reading);
        (text, reading.fields.0.into_iter().map(|e| (e.name, e.code)).collect())
    }

    fn check_field(change: impl Fn(&mut TextDraft), name: &str, code: &'static str) {
        assert_eq!(read(change).1, [(name.to_owned(), code)]);
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        assert!(read(|_| ()).0.is_shipped());
        let (text, wrong) = read(|d| d.opening_en = " Come  soon.\r\n\r\n{venue} \r\n".to_owned());
        assert_eq!(wrong, []);
        assert_eq!(text.en.opening.as_deref(), Some("Come soon.\n\n{venue}"));
        assert_eq!((text.en.subject, text.hi), (None, Words::default()));
        let (text, wrong) = read(|d| d.closing_hi = "  ".to_owned());
        assert_eq!((text.hi.closing.as_deref(), wrong), (Some(""), vec![]));
        check_field(|d| d.subject_hi = String::new(), "subject_hi", "required");
        check_field(|d| d.opening_en = "\n \n".to_owned(), "opening_en", "required");
        check_field(|d| d.subject_en = "a\r\nBcc: x".to_owned(), "subject_en", "template-one-line");
        check_field(|d| d.subject_en = "a\u{202E}b".to_owned(), "subject_en", "characters");
        check_field(|d| d.opening_hi = "a\u{0}b".to_owned(), "opening_hi", "characters");
        check_field(|d| d.closing_hi = "a\u{2067}b".to_owned(), "closing_hi", "characters");
        check_field(|d| d.subject_hi = "x".repeat(151), "subject_hi", "too-long");
        check_field(|d| d.closing_en = "x".repeat(2_001), "closing_en", "too-long");
        check_field(|d| d.closing_en = "{nam}".to_owned(), "closing_en", "template-unknown");
        check_field(|d| d.closing_en = "{zzz}".to_owned(), "closing_en", "template-unknown-none");
        check_field(|d| d.opening_en = "{{ 7*7 }}".to_owned(), "opening_en", "template-foreign");
        check_field(|d| d.opening_en = "{name".to_owned(), "opening_en", "template-unclosed");
        check_field(|d| d.opening_en = "name}".to_owned(), "opening_en", "template-unopened");
        check_field(|d| d.opening_en = "<i>x".to_owned(), "opening_en", "template-markup");
    }

    proptest! {
        #[test]
        fn no_text_and_no_value_makes_it_stumble(text in ".{0,80}", name in ".{0,40}") {
            let known = values(&[("name", &name)]);
            let _ = fits(&text, Placeholder::ALL);
            let _ = subject_for(&text, &known, &[]);
            let _ = lines_for(&text, &known);
        }

        /// A value that looks like a placeholder, or like a program, is a value.
        #[test]
        fn a_value_is_never_looked_at_again(
            name in "[{}%$a-z <&;]{1,40}",
            venue in "(\\{name\\}|\\{\\{ 7\\*7 \\}\\}|\\{venue\\}){1,3}",
        ) {
            let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assume!(!folded(&name).is_empty());
            let at = values(&[("name", &name), ("venue", &venue)]);
            let said = lines_for("1{name}2{venue}3", &at).unwrap();
            prop_assert_eq!(said, vec![format!("1{}2{}3", folded(&name), folded(&venue))]);
        }

        /// Whatever is taken can be filled in.
        #[test]
        fn what_fits_is_filled(text in "[a-z{} \n]{0,12}(\\{name\\}|\\{venue\\}|x){0,4}") {
            if fits(&text, Placeholder::ALL).is_ok() {
                let made = lines_for(&text, &values(&[("name", "{name}")]));
                prop_assert!(made.is_ok());
            }
        }
    }
}
