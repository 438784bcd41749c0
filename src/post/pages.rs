//! The outbox: which letters are planned, sent, failed, and why.

use actix_web::web::{Bytes, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::rules::Right;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Fields};
use crate::kit::i18n::{self, Texts};
use crate::kit::ids::LetterId;
use crate::kit::mail_text;
use crate::kit::page::{PageNumber, Paging};
use crate::kit::site::{Site, Stamp};
use crate::post::rules::{Kind, State, reason};
use crate::post::store::{Detail, Filter, LetterRow, Pause};
use crate::post::{self, pause, store, unsubscribe};

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    batch: String,
    page: Option<u32>,
}

impl Asked {
    /// What is no word of ours, or no id, filters nothing out: the page then shows it as not chosen.
    fn filter(&self) -> Filter {
        Filter {
            state: State::parse(&self.state),
            kind: Kind::parse(&self.kind),
            person: self.person.parse().ok(),
            batch: self.batch.parse().ok(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Why all mail shall stop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseForm {
    #[serde(default)]
    reason: String,
}

/// Which planned letters shall stop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub struct SelectionForm {
    kind: String,
    person: String,
    batch: String,
}

impl SelectionForm {
    /// Here a word that is not known stops nothing, rather than everything.
    fn filter(&self) -> Result<Filter, Fault> {
        let mut fields = Fields::default();
        let filter = Filter {
            state: None,
            kind: read("kind", &self.kind, Kind::parse, &mut fields),
            person: read("person", &self.person, |p| p.parse().ok(), &mut fields),
            batch: read("batch", &self.batch, |b| b.parse().ok(), &mut fields),
        };
        fields.done()?;
        Ok(filter)
    }
}

fn read<T>(
    name: &str,
    given: &str,
    parse: impl Fn(&str) -> Option<T>,
    fields: &mut Fields,
) -> Option<T> {
    let found = parse(given);
    if found.is_none() && !given.is_empty() {
        fields.add(name, "unknown");
    }
    found
}

#[derive(Serialize)]
struct Outbox {
    counts: Vec<Count>,
    letters: Vec<Line>,
    paging: Paging,
    states: Vec<(String, String)>,
    kinds: Vec<(String, String)>,
    state: String,
    kind: String,
    person: String,
    batch: String,
    /// The pause that holds: since when, by whom, why.
    pause: Option<Held>,
    may_pause: bool,
    reason: String,
    /// How many of the newest letters went wrong, when that is too many.
    alarm: Option<String>,
    /// Where these letters can be stopped, when any are planned.
    stop_url: Option<String>,
    may_write: bool,
}

#[derive(Serialize)]
struct Held {
    since: String,
    by: Option<String>,
    reason: String,
}

#[derive(Serialize)]
struct Count {
    label: String,
    number: String,
    url: String,
}

#[derive(Serialize)]
struct Line {
    url: String,
    kind: String,
    person: String,
    about: String,
    due: String,
    state: String,
    tag: &'static str,
    attempts: i32,
    reason: String,
}

pub async fn letters(visitor: Visitor, asked: Query<Asked>) -> Answer {
    let say = Say::of(&visitor);
    visitor.page("post/letters.html", move |db, actor| outbox(db, actor, &say, &asked)).await
}

fn outbox(db: &mut Db, actor: &Actor, say: &Say, asked: &Asked) -> Result<Outbox, Fault> {
    let reach = actor.must_somewhere(Right::SeeReports)?;
    let page = PageNumber::of(asked.page);
    let counts = store::counts_within(db, &reach)?;
    let filter = asked.filter();
    let mut rows = store::letters_within(db, &reach, &filter, page)?;
    let state = filter.state.map(|s| s.word().to_owned()).unwrap_or_default();
    let kind = filter.kind.map(|k| k.word().to_owned()).unwrap_or_default();
    let person = filter.person.map(|p| p.to_string()).unwrap_or_default();
    let batch = filter.batch.map(|b| b.to_string()).unwrap_or_default();
    let filters = [
        ("state", state.as_str()),
        ("kind", kind.as_str()),
        ("person", person.as_str()),
        ("batch", batch.as_str()),
    ];
    let paging = Paging::cut(&mut rows, page, "/letters", &filters);
    let manages = !actor.reach(Right::Manage).is_empty();
    let may_stop = manages && rows.iter().any(|row| row.state == State::Planned);
    Ok(Outbox {
        counts: State::ALL.iter().filter_map(|s| say.count(*s, &counts)).collect(),
        letters: rows.iter().map(|row| say.line(row)).collect(),
        paging,
        states: say.options("post-state", State::ALL.iter().map(|s| s.word())),
        kinds: say.options("post-kind", Kind::ALL.iter().map(|k| k.word())),
        may_write: manages,
        stop_url: may_stop.then(|| stop_url(&filters[1..])),
        pause: pause::standing(db)?.map(|pause| say.held(pause)),
        may_pause: pause::may(db, actor)?,
        reason: String::new(),
        alarm: alarm(db, say)?,
        state,
        kind,
        person,
        batch,
    })
}

fn stop_url(filters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
    format!("/letters/cancellations?{}", query.finish())
}

fn alarm(db: &mut Db, say: &Say) -> Result<Option<String>, Fault> {
    let alarm = post::alarm(db)?;
    Ok(alarm.map(|(ended, wrong)| {
        let args = [("wrong", wrong.to_string()), ("ended", ended.to_string())];
        say.texts().say_with(say.language, "post-alarm", &args)
    }))
}

pub async fn begin_pause(visitor: Visitor, form: Form<PauseForm>) -> Answer {
    let (reason, said) = (form.0.reason.clone(), form.0.reason);
    match visitor.act(move |db, actor, stamp| pause::begin(db, actor, &reason, stamp)).await {
        Ok(()) => Ok(done("/letters", "mail-paused")),
        Err(fault) => {
            let say = Say::of(&visitor);
            let page = move |db: &mut Db, actor: &Actor| {
                let outbox = outbox(db, actor, &say, &Asked::default())?;
                Ok(Outbox { reason: said, ..outbox })
            };
            visitor.again(fault, "post/letters.html", page).await
        }
    }
}

pub async fn end_pause(visitor: Visitor, _form: Form<Nothing>) -> Answer {
    match visitor.act(pause::end).await {
        Ok(()) => Ok(done("/letters", "mail-resumed")),
        Err(fault) => {
            let say = Say::of(&visitor);
            let page = move |db: &mut Db, actor: &Actor| outbox(db, actor, &say, &Asked::default());
            visitor.again(fault, "post/letters.html", page).await
        }
    }
}

/// Whose reminders a link stops: shown, and changed by nothing but the button.
pub async fn stop_reminders(visitor: Visitor, token: Path<String>) -> Answer {
    let (secret, asked) = (visitor.site.secret.clone(), token.clone());
    let (name, series, stopped) =
        visitor.site.read(move |db| unsubscribe::look(db, &secret, &asked)).await?;
    let content =
        json!({ "name": name, "series": series, "stopped": stopped, "token_path": *token });
    visitor.public(200, "post/unsubscribe.html", &Fields::default(), &content)
}

/// The one click of RFC 8058: a mail program sends it without a cookie, a visit or a form of ours;
/// the token says whose reminders, and that is all it can do. The body says nothing more.
pub async fn unsubscribe(visitor: Visitor, token: Path<String>, _body: Bytes) -> Answer {
    let (secret, stamp) = (visitor.site.secret.clone(), visitor.site.stamp());
    let asked = token.clone();
    let (name, series) =
        visitor.site.write(move |db| unsubscribe::stop(db, &secret, &asked, &stamp)).await?;
    let content = json!({ "name": name, "series": series, "stopped": true, "token_path": *token });
    visitor.public(200, "post/unsubscribe.html", &Fields::default(), &content)
}

pub async fn stop_own_reminders(visitor: Visitor, _form: Form<Nothing>) -> Answer {
    visitor.act(unsubscribe::stop_own).await?;
    Ok(done("/me/profile", "reminders-stopped"))
}

pub async fn want_own_reminders(visitor: Visitor, _form: Form<Nothing>) -> Answer {
    visitor.act(unsubscribe::start_own).await?;
    Ok(done("/me/profile", "reminders-wanted"))
}

/// What is asked before a selection is stopped.
#[derive(Serialize)]
struct Stopping {
    count: usize,
    sample: Vec<Line>,
    kind: String,
    person: String,
    batch: String,
    back_url: String,
}

pub async fn stopping(visitor: Visitor, asked: Query<SelectionForm>) -> Answer {
    let say = Say::of(&visitor);
    let page = move |db: &mut Db, actor: &Actor| stopping_page(db, actor, &say, &asked);
    visitor.page("post/stop.html", page).await
}

fn stopping_page(
    db: &mut Db,
    actor: &Actor,
    say: &Say,
    asked: &SelectionForm,
) -> Result<Stopping, Fault> {
    let (count, sample) = post::selection(db, actor, &asked.filter()?)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", State::Planned.word());
    for (name, value) in [("kind", &asked.kind), ("person", &asked.person), ("batch", &asked.batch)]
    {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    Ok(Stopping {
        count,
        sample: sample.iter().map(|row| say.line(row)).collect(),
        kind: asked.kind.clone(),
        person: asked.person.clone(),
        batch: asked.batch.clone(),
        back_url: format!("/letters?{}", query.finish()),
    })
}

pub async fn stop(visitor: Visitor, form: Form<SelectionForm>) -> Answer {
    let (asked, again) = (form.0.clone(), form.0);
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        post::cancel_selection(db, actor, &asked.filter()?, stamp)
    };
    match visitor.act(act).await {
        Ok(_) => Ok(done("/letters?state=cancelled", "letters-cancelled")),
        Err(fault) => {
            let say = Say::of(&visitor);
            let page = move |db: &mut Db, actor: &Actor| stopping_page(db, actor, &say, &again);
            visitor.again(fault, "post/stop.html", page).await
        }
    }
}

#[derive(Serialize)]
struct OneLetter {
    id: LetterId,
    title: String,
    person: String,
    person_url: String,
    batch: Option<String>,
    batch_url: Option<String>,
    session: Option<String>,
    session_url: Option<String>,
    state: String,
    tag: &'static str,
    due: String,
    useless_after: Option<String>,
    next_try: Option<String>,
    attempts: i32,
    sent: Option<String>,
    reason: String,
    address: Option<String>,
    message_id: String,
    subject: Option<String>,
    text: Option<String>,
    /// Why no text is shown.
    no_text: Option<String>,
    may_repeat: bool,
    /// Why it cannot be sent again, where others like it can.
    no_repeat: Option<String>,
    may_cancel: bool,
}

pub async fn letter(visitor: Visitor, id: Path<LetterId>) -> Answer {
    let say = Say::of(&visitor);
    visitor.page("post/letter.html", move |db, actor| one_letter(db, actor, &say, *id)).await
}

fn one_letter(db: &mut Db, actor: &Actor, say: &Say, id: LetterId) -> Result<OneLetter, Fault> {
    let letter = post::letter(db, actor, id)?;
    let may_read = post::may_read(db, actor, &letter)?;
    Ok(say.whole(&letter, actor.may(Right::Manage, &letter.path), may_read))
}

pub async fn send_again(visitor: Visitor, id: Path<LetterId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| post::send_again(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/letters/{id}"), "letter-planned")),
        Err(fault) => shown_again(&visitor, fault, id).await,
    }
}

pub async fn cancel(visitor: Visitor, id: Path<LetterId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| post::cancel(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&format!("/letters/{id}"), "letter-cancelled")),
        Err(fault) => shown_again(&visitor, fault, id).await,
    }
}

async fn shown_again(visitor: &Visitor, fault: Fault, id: LetterId) -> Answer {
    let say = Say::of(visitor);
    visitor.again(fault, "post/letter.html", move |db, actor| one_letter(db, actor, &say, id)).await
}

/// Says the ledger's words in a visitor's language.
struct Say {
    site: Site,
    language: Language,
    now: Moment,
}

impl Say {
    fn of(visitor: &Visitor) -> Self {
        let site: Site = visitor.site.get_ref().clone();
        Self { now: site.now(), site, language: visitor.language }
    }

    fn texts(&self) -> &Texts {
        self.site.texts()
    }

    fn text(&self, key: &str) -> String {
        self.texts().say(self.language, key)
    }

    fn held(&self, pause: Pause) -> Held {
        let since = i18n::instant(self.language, pause.paused_at, self.site.timezone);
        Held { since, by: pause.by, reason: pause.reason }
    }

    fn count(&self, state: State, counts: &[(State, i64)]) -> Option<Count> {
        let (_, n) = counts.iter().find(|(s, _)| *s == state)?;
        Some(Count {
            label: self.text(&format!("post-state-{state}")),
            number: i18n::number(*n),
            url: format!("/letters?state={state}"),
        })
    }

    fn options<'a>(
        &self,
        stem: &str,
        words: impl Iterator<Item = &'a str>,
    ) -> Vec<(String, String)> {
        let all = (String::new(), self.text("post-all"));
        let named = words.map(|w| (w.to_owned(), self.text(&format!("{stem}-{w}"))));
        std::iter::once(all).chain(named).collect()
    }

    fn line(&self, row: &LetterRow) -> Line {
        Line {
            url: format!("/letters/{}", row.id),
            kind: self.kind(row.kind, row.rule.as_deref()),
            person: row.name.clone().unwrap_or_default(),
            about: self.about(row.batch.as_deref(), row.starts_at, row.timezone.as_deref()),
            due: self.at(row.sent_at.unwrap_or(row.due_at), row.timezone.as_deref()),
            state: self.text(&format!("post-state-{}", row.state)),
            tag: tag(row.state),
            attempts: row.attempts,
            reason: self.passed_on(
                self.reason(row.reason.as_deref()),
                row.state == State::Missed && row.is_passed_on,
                row.state == State::Missed && row.is_passing_on,
            ),
        }
    }

    fn whole(&self, l: &Detail, manages: bool, may_read: bool) -> OneLetter {
        let zone = l.timezone.as_deref();
        // Nobody but its reader sees a sign-in code.
        let is_secret = l.kind == Kind::SignIn;
        let message = if is_secret || !may_read { None } else { l.body.as_deref() };
        let is_lost = !is_secret && l.is_without_bytes();
        let no_text = match message {
            Some(_) => None,
            None if is_secret => Some(self.text("post-text-secret")),
            None if !may_read => Some(self.text("post-text-of-others")),
            None if is_lost => Some(self.text("post-text-gone")),
            None => Some(self.text("post-text-none")),
        };
        let waits = l.state == State::Planned;
        let useful = l.useless_after.is_none_or(|useless| useless > self.now);
        OneLetter {
            id: l.id,
            title: self.kind(l.kind, l.rule.as_deref()),
            person: l.name.clone(),
            person_url: format!("/people/{}", l.person),
            batch: l.batch_title.clone(),
            batch_url: l.batch.map(|id| format!("/batches/{id}")),
            session: l.starts_at.map(|at| self.at(at, zone)),
            session_url: l.session.map(|id| format!("/sessions/{id}")),
            state: self.text(&format!("post-state-{}", l.state)),
            tag: tag(l.state),
            due: self.at(l.due_at, zone),
            useless_after: l.useless_after.map(|at| self.at(at, zone)),
            next_try: (waits && l.attempts > 0).then(|| self.at(l.next_try_at, zone)),
            attempts: l.attempts,
            sent: l.sent_at.map(|at| self.at(at, zone)),
            reason: self.passed_on(
                self.reason(l.reason.as_deref()),
                l.state == State::Missed && l.is_passed_on,
                l.state == State::Missed && l.is_passing_on,
            ),
            address: l.address.clone(),
            message_id: mail_text::message_id(&l.message_id, &self.site.mail_from),
            subject: message.and_then(mail_text::subject),
            text: message.and_then(mail_text::text),
            no_text,
            no_repeat: (manages && is_lost && l.state != State::Sent)
                .then(|| self.text("post-repeat-none")),
            may_repeat: manages && useful && l.may_repeat(),
            may_cancel: manages && waits,
        }
    }

    fn kind(&self, kind: Kind, rule: Option<&str>) -> String {
        let name = self.text(&format!("post-kind-{kind}"));
        match rule {
            // A rule that somebody wrote has no name of its own.
            Some(rule) if self.site.texts().has(self.language, &format!("post-rule-{rule}")) => {
                format!("{name}: {}", self.text(&format!("post-rule-{rule}")))
            }
            _ => name,
        }
    }

    fn about(&self, batch: Option<&str>, starts_at: Option<Moment>, zone: Option<&str>) -> String {
        match (batch, starts_at) {
            (Some(batch), Some(at)) => format!("{batch} · {}", self.at(at, zone)),
            (batch, at) => {
                batch.map(str::to_owned).or(at.map(|at| self.at(at, zone))).unwrap_or_default()
            }
        }
    }

    fn reason(&self, why: Option<&str>) -> String {
        match why {
            Some(word) if reason::ALL.contains(&word) => self.text(&format!("post-reason-{word}")),
            Some(said) => said.to_owned(),
            None => String::new(),
        }
    }

    /// Why a letter did not go, and who tells it instead.
    fn passed_on(&self, why: String, is_told: bool, is_to_be_told: bool) -> String {
        let by = match (is_told, is_to_be_told) {
            (true, _) => self.text("post-passed-on"),
            (_, true) => self.text("post-passing-on"),
            _ => return why,
        };
        if why.is_empty() { by } else { format!("{why}. {by}") }
    }

    fn at(&self, at: Moment, zone: Option<&str>) -> String {
        let zone = zone.and_then(|z| z.parse().ok()).unwrap_or(self.site.timezone);
        i18n::day_and_clock(self.language, at, zone)
    }
}

pub fn tag(state: State) -> &'static str {
    match state {
        State::Sent => "ok",
        State::Failed | State::Missed => "bad",
        State::Uncertain => "warn",
        State::Planned | State::Leased | State::Cancelled => "neutral",
    }
}
