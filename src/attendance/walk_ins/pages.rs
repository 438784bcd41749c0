//! Taking down and recognising walk-ins.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::attendance::walk_ins::{self, Draft};
use crate::kit::clean;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{PersonId, SessionId};

/// The form below the roll, without a script.
pub async fn add(visitor: Visitor, session: Path<SessionId>, form: Form<Draft>) -> Answer {
    let (id, draft) = (*session, form.0);
    visitor
        .act(move |db, actor, stamp| {
            let arrival = draft.read(format!("form-{}", stamp.id()), false, stamp.now)?;
            walk_ins::add(db, actor, id, &arrival, stamp)
        })
        .await?;
    Ok(done(&format!("/sessions/{id}/roll-call"), "saved"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

#[derive(Serialize)]
struct Page {
    name: String,
    phone: String,
    matched: bool,
    q: String,
    url: String,
    roll_url: String,
    found: Vec<Candidate>,
}

#[derive(Serialize)]
struct Candidate {
    id: PersonId,
    name: String,
    relation: Option<String>,
    unit: String,
    same_phone: bool,
}

fn page(
    id: i64,
    q: String,
    language: Language,
) -> impl FnOnce(&mut Db, &Actor) -> Result<Page, Fault> + Send {
    move |db, actor| {
        let (walk_in, found) = walk_ins::candidates(db, actor, id, &q)?;
        let candidate = |p: crate::people::store::Line| Candidate {
            id: p.id,
            same_phone: p.phone.as_ref() == Some(&walk_in.phone),
            name: p.name,
            relation: p.relation_name,
            unit: match language {
                Language::Hi => p.unit_hi,
                Language::En => p.unit_en,
            },
        };
        Ok(Page {
            found: found.into_iter().map(candidate).collect(),
            phone: clean::phone_shown(&walk_in.phone),
            name: walk_in.name,
            matched: walk_in.person_id.is_some(),
            q,
            url: format!("/walk-ins/{id}"),
            roll_url: format!("/sessions/{}/roll-call", walk_in.session_id),
        })
    }
}

pub async fn show(visitor: Visitor, id: Path<i64>, search: Query<Search>) -> Answer {
    let asked = page(*id, search.into_inner().q, visitor.language);
    visitor.page("attendance/walk_in.html", asked).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    person: PersonId,
}

pub async fn recognise(visitor: Visitor, id: Path<i64>, form: Form<Who>) -> Answer {
    let (id, person) = (*id, form.0.person);
    match visitor
        .act(move |db, actor, stamp| walk_ins::recognise(db, actor, id, person, stamp))
        .await
    {
        Ok(session) => Ok(done(&format!("/sessions/{session}/roll-call"), "walk-in-matched")),
        Err(fault) => {
            let again = page(id, String::new(), visitor.language);
            visitor.again(fault, "attendance/walk_in.html", again).await
        }
    }
}
