//! `/answers/{token}`: shows the question, keeps the answer.

use actix_web::web::Path;
use serde::{Deserialize, Serialize};

use crate::access::door::{Answer as Response, Form, Visitor, done};
use crate::kit::columns::Language;
use crate::kit::fault::{Fault, Fields};
use crate::kit::i18n;
use crate::reminders::answers::rules::{self, Answer, Asked};
use crate::reminders::answers::{self, store};

#[derive(Serialize)]
struct Sheet {
    url: String,
    name: String,
    title: String,
    when: String,
    place: Option<String>,
    answer: Option<Answer>,
    reason: Option<String>,
}

/// Shows and changes nothing: those who look into letters before their readers come by here.
pub async fn show(visitor: Visitor, token: Path<String>) -> Response {
    let (visitor, cookie) = visitor.with_browser();
    let Some(asked) = asked(&visitor, &token) else { return gone(&visitor) };
    let mut page = match sheet(&visitor, &token, asked).await {
        Ok(sheet) => visitor.public(200, "reminders/answer.html", &Fields::default(), &sheet)?,
        Err(Fault::NotFound) => return gone(&visitor),
        Err(fault) => return Err(fault),
    };
    if let Some(cookie) = cookie {
        page.add_cookie(&cookie).map_err(Fault::broken)?;
    }
    Ok(page)
}

fn asked(visitor: &Visitor, token: &str) -> Option<Asked> {
    rules::read(&visitor.site.secret, token, visitor.site.now())
}

async fn sheet(visitor: &Visitor, token: &str, asked: Asked) -> Result<Sheet, Fault> {
    let stamp = visitor.site.stamp();
    let question = visitor.site.read(move |db| answers::asked(db, asked, &stamp)).await?;
    Ok(drawn(&question, token, visitor.language))
}

fn drawn(question: &store::Question, token: &str, language: Language) -> Sheet {
    let zone = question.timezone.parse().unwrap_or(chrono_tz::Asia::Kolkata);
    Sheet {
        url: format!("/answers/{token}"),
        name: question.name.clone(),
        title: question.title.clone(),
        when: i18n::span(language, question.starts_at, question.ends_at, zone),
        place: question.venue.as_ref().map(|(hi, en)| i18n::pick(language, hi, en).to_owned()),
        answer: question.answer,
        reason: question.reason.clone(),
    }
}

fn gone(visitor: &Visitor) -> Response {
    visitor.public(410, "reminders/answer_gone.html", &Fields::default(), &serde_json::json!({}))
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Said {
    answer: String,
    reason: String,
}

pub async fn say(visitor: Visitor, token: Path<String>, form: Form<Said>) -> Response {
    let asked = asked(&visitor, &token).ok_or(Fault::NotFound)?;
    let Said { answer, reason } = form.0;
    let answer = Answer::parse(&answer).ok_or_else(|| Fault::field("answer", "required"));
    let stamp = visitor.site.stamp();
    let kept = match answer {
        Ok(answer) => {
            visitor.site.write(move |db| answers::say(db, asked, answer, &reason, &stamp)).await
        }
        Err(fault) => Err(fault),
    };
    match kept {
        Ok(()) => Ok(done(&format!("/answers/{token}"), "answer-kept")),
        Err(Fault::Invalid(fields)) => {
            let sheet = sheet(&visitor, &token, asked).await?;
            visitor.public(422, "reminders/answer.html", &fields, &sheet)
        }
        Err(fault) => Err(fault),
    }
}
