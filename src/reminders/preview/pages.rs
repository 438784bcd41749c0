//! `/sessions/{id}/letters`: the letters about a session, before they go.

use actix_web::web::Path;
use serde::Serialize;

use crate::access::Actor;
use crate::access::door::{Answer, Visitor};
use crate::access::rules::Right;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, Texts};
use crate::kit::ids::SessionId;
use crate::kit::site::Stamp;
use crate::reminders::answers;
use crate::reminders::answers::rules::Answer as Word;
use crate::reminders::preview::{self, Pile};
use crate::reminders::rulebook::pages::when;
use crate::schedule::rules::SessionState;

/// Names shown of one pile; the rest is a number.
const MOST_NAMES: usize = 200;

#[derive(Serialize)]
struct Show {
    url: String,
    batch: String,
    /// For those who may see the rules, and who may write one for the batch.
    rules_url: Option<&'static str>,
    batch_rules_url: Option<String>,
    when: String,
    is_draft: bool,
    coming: Vec<Line>,
    gone: Vec<(String, String, usize)>,
    answers: Vec<Said>,
}

#[derive(Serialize)]
struct Line {
    what: String,
    rule: Option<String>,
    due: String,
    count: usize,
    names: Vec<String>,
    more: usize,
}

#[derive(Serialize)]
struct Said {
    name: String,
    answer: Word,
    reason: Option<String>,
}

pub async fn show(visitor: Visitor, id: Path<SessionId>) -> Answer {
    let (id, language, site) = (*id, visitor.language, visitor.site.clone());
    let stamp = site.stamp();
    visitor
        .page("reminders/preview.html", move |db, actor| {
            shown(db, actor, id, language, site.texts(), &stamp)
        })
        .await
}

fn shown(
    db: &mut Db,
    actor: &Actor,
    id: SessionId,
    language: Language,
    texts: &Texts,
    stamp: &Stamp,
) -> Result<Show, Fault> {
    let found = preview::preview(db, actor, id, stamp.now)?;
    let session = &found.session;
    let zone = session.zone();
    let kind = |word: &str| texts.say(language, &format!("post-kind-{word}"));
    let line = |pile: &Pile| Line {
        what: kind(pile.kind.word()),
        rule: pile.rule.as_ref().map(|rule| when(rule, texts, language)),
        due: i18n::day_and_clock(language, pile.due_at, zone),
        count: pile.names.len(),
        more: pile.names.len().saturating_sub(MOST_NAMES),
        names: pile.names.iter().take(MOST_NAMES).cloned().collect(),
    };
    let gone = found.gone.iter().map(|(what, state, count)| {
        let state = texts.say(language, &format!("post-state-{state}"));
        (kind(what.word()), state, *count)
    });
    let said = answers::store::said_about(db, id)?;
    Ok(Show {
        url: format!("/sessions/{id}"),
        batch: session.batch_title.clone(),
        rules_url: (!actor.reach(Right::SeeReports).is_empty()).then_some("/reminder-rules"),
        batch_rules_url: actor
            .may(Right::Manage, &session.unit_path)
            .then(|| format!("/reminder-rules/new?batch={}", session.batch)),
        when: i18n::span(language, session.starts_at, session.ends_at, zone),
        is_draft: session.state == SessionState::Draft,
        coming: found.coming.iter().map(line).collect(),
        gone: gone.collect(),
        answers: said
            .into_iter()
            .map(|(_, name, answer, reason)| Said { name, answer, reason })
            .collect(),
    })
}
