//! `/reminder-rules`: what goes to whom and when, in sentences.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::rules::Right;
use crate::courses::rules::said;
use crate::courses::store::courses_in;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::Texts;
use crate::kit::ids::RuleId;
use crate::reminders::rulebook;
use crate::reminders::rulebook::rules::{Point, RuleDraft, Scope};
use crate::reminders::rulebook::store::Row;
use crate::reminders::rules::rule::{Audience, Rule, Speech, Template, When};

#[derive(Serialize)]
struct List {
    groups: Vec<Group>,
    may_write: bool,
    /// Also what letters say.
    may_write_texts: bool,
}

/// The rules that hold for the same batches.
#[derive(Serialize)]
struct Group {
    title: Option<String>,
    rules: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    url: String,
    template: Template,
    audience: Audience,
    when: String,
    both: bool,
    is_on: bool,
    may_write: bool,
}

pub async fn list(visitor: Visitor) -> Answer {
    let (language, site) = (visitor.language, visitor.site.clone());
    visitor
        .page("reminders/rules.html", move |db, actor| {
            let mut groups: Vec<(Scope, Group)> = vec![];
            for row in rulebook::seen(db, actor)? {
                let line = line(&row, actor, site.texts(), language);
                match groups.last_mut() {
                    Some((scope, group)) if *scope == row.scope => group.rules.push(line),
                    _ => {
                        let group = Group { title: title(&row, language), rules: vec![line] };
                        groups.push((row.scope, group));
                    }
                }
            }
            Ok(List {
                groups: groups.into_iter().map(|(_, group)| group).collect(),
                may_write: !actor.reach(Right::Manage).is_empty(),
                may_write_texts: rulebook::may_write(actor, None),
            })
        })
        .await
}

fn title(row: &Row, language: Language) -> Option<String> {
    let course = row.course.as_ref().map(|(hi, en)| said(language, hi, en).to_owned());
    row.batch.clone().or(course)
}

fn line(row: &Row, actor: &Actor, texts: &Texts, language: Language) -> Line {
    Line {
        url: format!("/reminder-rules/{}", row.id),
        template: row.rule.template,
        audience: row.rule.audience,
        when: when(&row.rule, texts, language),
        both: row.rule.speech == Speech::Both,
        is_on: row.is_on,
        may_write: rulebook::may_write(actor, row.path.as_deref()),
    }
}

/// When a rule's letter goes, as a sentence.
pub fn when(rule: &Rule, texts: &Texts, language: Language) -> String {
    let point = Point::of(rule.anchor, rule.when);
    let (key, args) = match rule.when {
        When::Clock { days, clock, at_latest } => {
            let clock = clock.format("%H:%M").to_string();
            let mut args = vec![("days", days.abs().to_string()), ("clock", clock)];
            let key = match at_latest {
                Some(minutes) => {
                    args.push(("hours", (minutes / 60).to_string()));
                    "on-the-day"
                }
                None => "clock",
            };
            (key, args)
        }
        When::Offset { minutes: 0 } => ("at-once", vec![]),
        When::Offset { minutes } => {
            let hours = minutes.abs() / 60;
            ("hours", vec![("days", (hours / 24).to_string()), ("hours", (hours % 24).to_string())])
        }
    };
    let mut args = args;
    args.push(("point", texts.say(language, &format!("reminders-point-{point}"))));
    texts.say_with(language, &format!("reminders-when-{key}"), &args)
}

#[derive(Serialize)]
struct Sheet {
    action: String,
    is_new: bool,
    is_on: bool,
    switch_url: Option<String>,
    /// What the rule holds for, when it is not chosen here.
    holds_for: Option<String>,
    courses: Vec<(String, String)>,
    templates: Vec<(String, String)>,
    audiences: Vec<(String, String)>,
    points: Vec<(String, String)>,
    languages: Vec<(String, String)>,
    draft: RuleDraft,
}

/// `?course=` and `?batch=` fill the form beforehand.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    course: String,
    #[serde(default)]
    batch: String,
}

pub async fn new(visitor: Visitor, wanted: Query<Wanted>) -> Answer {
    let wanted = wanted.into_inner();
    let draft = RuleDraft {
        course: wanted.course,
        batch: wanted.batch,
        template: Template::Reminder.word().to_owned(),
        audience: Audience::Enrolled.word().to_owned(),
        point: Point::BeforeStart.word().to_owned(),
        days: "1".to_owned(),
        clock: "18:00".to_owned(),
        language: Speech::Person.word().to_owned(),
        ..RuleDraft::default()
    };
    let (language, site) = (visitor.language, visitor.site.clone());
    visitor
        .page("reminders/rule_form.html", move |db, actor| {
            blank(db, actor, site.texts(), language, draft)
        })
        .await
}

pub async fn create(visitor: Visitor, form: Form<RuleDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| rulebook::create(db, actor, &draft, stamp)).await {
        Ok(_) => Ok(done("/reminder-rules", "rule-saved")),
        Err(fault) => {
            let (language, site) = (visitor.language, visitor.site.clone());
            let again =
                move |db: &mut Db, actor: &Actor| blank(db, actor, site.texts(), language, kept);
            visitor.again(fault, "reminders/rule_form.html", again).await
        }
    }
}

fn blank(
    db: &mut Db,
    actor: &Actor,
    texts: &Texts,
    language: Language,
    draft: RuleDraft,
) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let of_batch = match draft.batch.trim().parse() {
        Ok(id) => Some(rulebook::place_of(db, actor, &Scope::Batch(id))?),
        Err(_) if draft.batch.trim().is_empty() => None,
        Err(_) => return Err(Fault::NotFound),
    };
    let holds_for =
        of_batch.and_then(|place| place.title).map(|(hi, en)| said(language, &hi, &en).to_owned());
    let courses = courses_in(db, &reach, 0, 200)?.into_iter().map(|c| {
        (c.id.to_string(), format!("{} ({})", said(language, &c.title_hi, &c.title_en), c.code))
    });
    let everywhere = rulebook::may_write(actor, None)
        .then(|| (String::new(), texts.say(language, "reminders-everywhere")));
    let sheet = sheet(texts, language, draft);
    Ok(Sheet {
        action: "/reminder-rules".to_owned(),
        is_new: true,
        holds_for,
        courses: everywhere.into_iter().chain(courses).collect(),
        ..sheet
    })
}

fn sheet(texts: &Texts, language: Language, draft: RuleDraft) -> Sheet {
    let choices = |group: &str, words: Vec<&'static str>| {
        let said = |word: &str| texts.say(language, &format!("reminders-{group}-{word}"));
        words.into_iter().map(|word| (word.to_owned(), said(word))).collect()
    };
    Sheet {
        action: String::new(),
        is_new: false,
        is_on: true,
        switch_url: None,
        holds_for: None,
        courses: vec![],
        templates: choices("template", Template::ALL.iter().map(|w| w.word()).collect()),
        audiences: choices("audience", Audience::ALL.iter().map(|w| w.word()).collect()),
        points: choices("point", Point::ALL.iter().map(|w| w.word()).collect()),
        languages: choices("language", Speech::ALL.iter().map(|w| w.word()).collect()),
        draft,
    }
}

pub async fn edit(visitor: Visitor, id: Path<RuleId>) -> Answer {
    let (language, site) = (visitor.language, visitor.site.clone());
    visitor
        .page("reminders/rule_form.html", move |db, actor| {
            filled(db, actor, site.texts(), language, *id, None)
        })
        .await
}

pub async fn change(visitor: Visitor, id: Path<RuleId>, form: Form<RuleDraft>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| rulebook::change(db, actor, id, &draft, stamp)).await
    {
        Ok(()) => Ok(done("/reminder-rules", "rule-saved")),
        Err(fault) => {
            let (language, site) = (visitor.language, visitor.site.clone());
            let again = move |db: &mut Db, actor: &Actor| {
                filled(db, actor, site.texts(), language, id, Some(kept))
            };
            visitor.again(fault, "reminders/rule_form.html", again).await
        }
    }
}

fn filled(
    db: &mut Db,
    actor: &Actor,
    texts: &Texts,
    language: Language,
    id: RuleId,
    typed: Option<RuleDraft>,
) -> Result<Sheet, Fault> {
    let row = rulebook::managed(db, actor, id)?;
    let holds_for =
        title(&row, language).unwrap_or_else(|| texts.say(language, "reminders-everywhere"));
    let draft = typed.unwrap_or_else(|| RuleDraft::of(&row.rule, row.scope));
    let action = format!("/reminder-rules/{id}");
    let switch = if row.is_on { "end" } else { "start" };
    Ok(Sheet {
        switch_url: Some(format!("{action}/{switch}")),
        action,
        is_on: row.is_on,
        holds_for: Some(holds_for),
        ..sheet(texts, language, draft)
    })
}

pub async fn end(visitor: Visitor, id: Path<RuleId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    visitor.act(move |db, actor, stamp| rulebook::switch_off(db, actor, id, stamp)).await?;
    Ok(done("/reminder-rules", "rule-off"))
}

pub async fn start(visitor: Visitor, id: Path<RuleId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    visitor.act(move |db, actor, stamp| rulebook::switch_on(db, actor, id, stamp)).await?;
    Ok(done("/reminder-rules", "rule-on"))
}
