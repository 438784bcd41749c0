//! What a letter's templates are given: ready words, no decisions left.

use serde::Serialize;

use crate::attendance::turns::Turn;
use crate::kit::columns::Language;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::view::{Sheet, Views};
use crate::letters::notices::rules::Stretch;
use crate::letters::templates::rules::{
    self, Case, Placeholder, Said, Shape, Values, Words, Wrong,
};
use crate::post::rules::{Kind, reason};

#[derive(Debug, Clone, Serialize)]
pub struct Content {
    pub lang: Language,
    pub name: String,
    pub course: String,
    pub batch: String,
    pub sessions: Vec<Meeting>,
    pub count: usize,
    pub first: Option<Meeting>,
    pub was: Option<Was>,
    pub reason: Option<String>,
    /// Not some sessions but the whole batch is called off.
    pub is_off: bool,
    pub position: Option<i64>,
    /// Where what was missed can be made up.
    pub chance: Option<NextChance>,
    /// Names and phones, for a trainer.
    pub roster: Vec<(String, Option<String>)>,
    /// How many these are.
    pub names: usize,
    pub asks: bool,
    pub is_today: bool,
    pub code: String,
    pub offer: Option<Offered>,
    /// For an office: whom the letter is about.
    pub about: Option<About>,
    pub was_put_forward: bool,
    /// What became of an apology or of the wait for a chair.
    pub turn: Option<Turn>,
    pub url: String,
    pub other_language_url: String,
    pub contact: Option<String>,
    /// Where reminders are stopped, in letters that can be.
    pub stop_url: Option<String>,
    pub returned: Option<Returned>,
    /// It goes to somebody for his work, not for a place on the batch.
    pub is_staff: bool,
    pub notice: Option<Addressed>,
    /// To an administrator: what becomes of a letter to many.
    pub news: Option<Heard>,
    /// A code that confirms something, not one to sign in with.
    pub is_proof: bool,
    pub kind: Kind,
    /// For a subject: the day on which the letter is written.
    pub today: String,
    /// Whom a contact shall tell what.
    pub forwards: Vec<Forward>,
    /// Who else was asked to tell it.
    pub others: Option<String>,
    pub weekly: Option<Summary>,
}

/// Somebody without an address, with the text to pass on.
#[derive(Debug, Clone, Serialize)]
pub struct Forward {
    pub name: String,
    pub phone: Option<String>,
    /// The same, for a link.
    pub call: Option<String>,
    pub about: String,
    pub until: Option<String>,
    /// Of the text.
    pub lang: Language,
    pub text: String,
    pub lines: Vec<String>,
}

/// How far the people of an administrator's units have come.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub name: String,
    /// Further units.
    pub others: usize,
    pub percent: i64,
    pub left: i64,
    pub units: Vec<UnitSummary>,
    pub problems: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct UnitSummary {
    pub name: String,
    pub percent: i64,
    pub complete: i64,
    pub enrolled: i64,
    pub left: i64,
    pub change: Option<String>,
    pub rows: Vec<UnitSummary>,
    /// Units below that are not named.
    pub more: usize,
    pub url: String,
}

/// What a notice to many says to one reader.
#[derive(Debug, Clone, Serialize)]
pub struct Addressed {
    pub subject: String,
    pub text: String,
    /// Paragraphs of lines of stretches, some of which are links.
    pub paragraphs: Vec<Vec<Vec<Stretch>>>,
    pub unit: String,
    pub is_trial: bool,
}

/// What an administrator hears of a letter to many, without its text and its readers.
#[derive(Debug, Clone, Serialize)]
pub struct Heard {
    pub subject: String,
    pub what: String,
    /// (label, value)
    pub facts: Vec<(String, String)>,
    pub act: String,
    pub button: String,
}

/// An address that letters come back from.
#[derive(Debug, Clone, Serialize)]
pub struct Returned {
    pub name: String,
    pub address: String,
    pub said: String,
}

/// A seat that is offered, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Offered {
    pub until: String,
    pub day: Option<String>,
    pub begins: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct About {
    pub name: String,
    pub phone: Option<String>,
}

/// One session in words.
#[derive(Debug, Clone, Serialize)]
pub struct Meeting {
    pub title: String,
    /// The whole of it: day, from, to.
    pub when: String,
    /// For a subject: day and clock.
    pub at: String,
    pub day: String,
    pub date: String,
    pub clock: String,
    pub place: Option<String>,
    pub address: Option<String>,
    pub map_url: Option<String>,
    pub link: Option<String>,
    pub trainers: Option<String>,
    /// For a change: what it said before.
    pub was: Option<Was>,
    pub answer_url: Option<String>,
}

/// A session to come, in words.
#[derive(Debug, Clone, Serialize)]
pub struct NextChance {
    pub when: String,
    pub day: String,
    pub place: Option<String>,
}

/// What a changed session said before.
#[derive(Debug, Clone, Serialize)]
pub struct Was {
    pub when: String,
    pub day: String,
    /// The clock; with the day, when that changed too.
    pub at: String,
    pub place: Option<String>,
    pub time_changed: bool,
    pub place_changed: bool,
}

/// The words of a letter that an office may write itself.
pub struct Spoken {
    pub subject: String,
    pub opening: Vec<String>,
    pub closing: Vec<String>,
}

impl Content {
    /// The letter whose words an office may write; none for what trainers and those who look after
    /// units are told.
    pub fn case(&self, kind: Kind) -> Option<Case> {
        let is_of_work = self.is_staff
            && matches!(
                kind,
                Kind::Change | Kind::Cancellation | Kind::Invitation | Kind::Withdrawal
            );
        if is_of_work {
            return None;
        }
        let shape = Shape {
            sessions: self.count,
            is_today: self.is_today,
            is_off: self.is_off,
            is_about: self.about.is_some(),
            was_put_forward: self.was_put_forward,
            turn: self.turn,
        };
        Case::of(kind, &shape)
    }

    /// Own words where there are any, shipped ones for the rest. A subject of a neutral house names
    /// neither course nor batch, whoever wrote it.
    pub fn spoken(
        &self,
        sheet: &Sheet<'_>,
        kind: Kind,
        own: &Words,
        is_neutral: bool,
    ) -> Result<Spoken, Fault> {
        let texts = &sheet.views.texts;
        let training = is_neutral.then(|| texts.say(self.lang, "letters-training"));
        let own_subject = own.subject.as_ref().map(|own| match &training {
            Some(training) => {
                rules::subject_for(own, &self.neutral(training).values(), &self.titles())
            }
            None => rules::subject_for(own, &self.values(), &[]),
        });
        let subject = own_subject.transpose().map_err(cannot)?.flatten();
        let lines = |own: &Option<String>| match own {
            Some(own) => rules::lines_for(own, &self.values()).map(Some).map_err(cannot),
            None => Ok(None),
        };
        let opening = lines(&own.opening)?.filter(|lines| !lines.is_empty());
        let closing = lines(&own.closing)?;
        let path = |name: &str| format!("mail/{kind}/{name}.txt");
        let shipped_lines = |name: &str| -> Result<Vec<String>, Fault> {
            Ok(rules::lines(&sheet.text(&path(name))?))
        };
        let shipped_subject = || match &training {
            Some(training) => self.neutral_sheet(sheet, training).text(&path("subject")),
            None => sheet.text(&path("subject")),
        };
        Ok(Spoken {
            subject: match subject {
                Some(subject) => subject,
                None => one_line(&shipped_subject()?),
            },
            opening: opening.map_or_else(|| shipped_lines("opening"), Ok)?,
            closing: closing.map_or_else(|| shipped_lines("closing"), Ok)?,
        })
    }

    /// What the placeholders of an own text become.
    pub fn values(&self) -> Values {
        use Placeholder as P;
        let mut out = Values::default();
        out.put(P::Name, &self.name);
        out.put(P::Course, &self.course);
        out.put(P::Batch, &self.batch);
        if let Some(first) = &self.first {
            out.put(P::Title, &first.title);
            out.put(P::When, &first.at);
            out.put(P::Day, &first.day);
            out.put(P::Date, &first.date);
            out.put(P::Time, &first.clock);
            out.put_some(P::Venue, first.place.as_deref());
            out.put_some(P::Trainer, first.trainers.as_deref());
        }
        let count = self.count.max(self.names);
        if count > 0 {
            out.put(P::Count, &i18n::number(i64::try_from(count).unwrap_or(i64::MAX)));
        }
        if let Some(was) = self.was.as_ref().filter(|was| was.time_changed) {
            out.put(P::Was, &was.at);
            out.put(P::WasDay, &was.day);
        }
        out.put_some(P::Reason, self.reason.as_deref());
        out.put_some(P::Next, self.chance.as_ref().map(|c| c.day.as_str()));
        out.put_some(P::Position, self.position.map(i18n::number).as_deref());
        if let Some(offer) = &self.offer {
            out.put(P::Until, &offer.until);
            out.put_some(P::Begins, offer.day.as_deref());
        }
        out.put_some(P::Person, self.about.as_ref().map(|a| a.name.as_str()));
        if let Some(returned) = &self.returned {
            out.put(P::Person, &returned.name);
            out.put(P::Address, &returned.address);
        }
        out.put(P::Code, &self.code);
        out.put_some(P::Office, self.contact.as_deref());
        out
    }

    /// Without the names of course and batch.
    pub fn neutral(&self, training: &str) -> Self {
        let mut out = self.clone();
        training.clone_into(&mut out.course);
        training.clone_into(&mut out.batch);
        for meeting in out.sessions.iter_mut().chain(&mut out.first) {
            training.clone_into(&mut meeting.title);
        }
        out
    }

    /// What a neutral subject is drawn from: it tells how many sessions there are, and of the first.
    fn neutral_sheet<'a>(&self, sheet: &Sheet<'a>, training: &str) -> Sheet<'a> {
        let mut neutral = sheet.clone();
        neutral.put("course", &training);
        neutral.put("batch", &training);
        let first = self.first.clone();
        neutral.put("first", &first.map(|m| Meeting { title: training.to_owned(), ..m }));
        neutral.take_away("sessions");
        neutral
    }

    /// What a neutral subject does not say.
    fn titles(&self) -> Vec<String> {
        let of_sessions = self.sessions.iter().map(|s| s.title.clone());
        of_sessions.chain([self.course.clone(), self.batch.clone()]).collect()
    }

    /// A letter whose every word is the placeholder for it.
    fn model(case: Case, lang: Language) -> Self {
        use Placeholder as P;
        let shape = case.shape();
        let said = |p: Placeholder| format!("{{{p}}}");
        let was = || Was {
            when: String::new(),
            day: said(P::WasDay),
            at: said(P::Was),
            place: None,
            time_changed: true,
            place_changed: false,
        };
        let first = Meeting {
            title: said(P::Title),
            when: said(P::When),
            at: said(P::When),
            day: said(P::Day),
            date: said(P::Date),
            clock: said(P::Time),
            place: Some(said(P::Venue)),
            address: None,
            map_url: None,
            link: None,
            trainers: Some(said(P::Trainer)),
            was: None,
            answer_url: None,
        };
        Self {
            lang,
            name: said(P::Name),
            course: said(P::Course),
            batch: said(P::Batch),
            sessions: vec![],
            count: if shape.sessions > 1 { COUNTED } else { shape.sessions },
            first: (shape.sessions > 0).then_some(first),
            was: (case.kind() == Kind::Change).then(was),
            reason: Some(said(P::Reason)),
            is_off: shape.is_off,
            position: Some(POSITION),
            chance: Some(NextChance { when: said(P::Next), day: said(P::Next), place: None }),
            roster: vec![],
            names: COUNTED,
            asks: false,
            is_today: shape.is_today,
            code: said(P::Code),
            offer: Some(Offered {
                until: said(P::Until),
                day: Some(said(P::Begins)),
                begins: Some(said(P::Begins)),
            }),
            about: shape.is_about.then(|| About { name: said(P::Person), phone: None }),
            was_put_forward: shape.was_put_forward,
            turn: shape.turn,
            url: String::new(),
            other_language_url: String::new(),
            contact: Some(said(P::Office)),
            stop_url: None,
            returned: Some(Returned {
                name: said(P::Person),
                address: said(P::Address),
                said: String::new(),
            }),
            is_staff: false,
            notice: None,
            news: None,
            is_proof: false,
            kind: case.kind(),
            today: String::new(),
            forwards: vec![],
            others: None,
            weekly: None,
        }
    }
}

/// Numbers that stand in no text: a template must have a number where it chooses between one and
/// many, and what was said with it is turned into its placeholder afterwards.
const COUNTED: usize = 987;
const POSITION: i64 = 986;

/// The words that come with the program, with placeholders where a letter says something: drawn
/// from the same templates as letters, so that they are always the same.
pub fn shipped(views: &Views, case: Case, language: Language) -> Result<Said, Fault> {
    let model = Content::model(case, language);
    let part = |name: &str| -> Result<String, Fault> {
        let path = format!("mail/{}/{name}.txt", case.kind());
        let text = views.text(language, &path, &model)?;
        let text = text.replace(&COUNTED.to_string(), "{count}");
        Ok(text.replace(&POSITION.to_string(), "{position}"))
    };
    Ok(Said {
        subject: one_line(&part("subject")?),
        opening: rules::lines(&part("opening")?).join("\n"),
        closing: rules::lines(&part("closing")?).join("\n"),
    })
}

/// A letter whose own text cannot be filled in for its reader fails alone.
fn cannot(_: Wrong) -> Fault {
    Fault::conflict(reason::OWN_TEXT)
}

pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
