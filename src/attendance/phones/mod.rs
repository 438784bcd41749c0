//! What a phone keeps of a session, and what it sends when it finds a network again.

pub mod pages;

use serde::Deserialize;
use serde_json::Value;

use crate::access::Actor;
use crate::attendance::api;
use crate::attendance::rules::{self, Outcome, Reason, SentMark, Source};
use crate::attendance::walk_ins::{self, Arrival, Draft};
use crate::attendance::{self, Closing, MOST_MARKS, Taken};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::SessionId;
use crate::kit::site::Stamp;

/// One thing that was done on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    Mark(SentMark),
    WalkIn(Arrival),
    /// The roll was declared finished; who is not marked then stays so.
    Finish(String),
    /// Cannot be read; its id, when it has one.
    Broken(String),
}

impl Operation {
    fn id(&self) -> &str {
        match self {
            Self::Mark(mark) => &mark.client_id,
            Self::WalkIn(arrival) => &arrival.client_id,
            Self::Finish(id) | Self::Broken(id) => id,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWalkIn {
    id: String,
    walk_in: Draft,
    status: String,
    at: String,
    offset_ms: Option<i64>,
    #[serde(rename = "device")]
    _device: Option<String>,
    #[serde(rename = "sequence")]
    _sequence: Option<i64>,
}

/// Reads each thing by itself, so that a broken one does not keep the others from arriving.
pub fn read(all: Vec<Value>) -> Vec<Operation> {
    all.into_iter().map(read_one).collect()
}

fn read_one(mut value: Value) -> Operation {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    if value.get("walk_in").is_some() {
        return read_walk_in(value).map_or(Operation::Broken(id), Operation::WalkIn);
    }
    if value.get("finish").is_some() {
        return if rules::is_id(&id) { Operation::Finish(id) } else { Operation::Broken(id) };
    }
    // What was filled in at the end says so, and weighs less.
    let mut says = |word: &str| value.as_object_mut().and_then(|f| f.remove(word)).is_some();
    let source = match (says("closing"), says("badge")) {
        (true, _) => Source::Closing,
        (false, true) => Source::Badge,
        (false, false) => Source::Roll,
    };
    match api::read_one(value) {
        Ok(mark) => Operation::Mark(SentMark { source, ..mark }),
        Err(id) => Operation::Broken(id),
    }
}

fn read_walk_in(value: Value) -> Option<Arrival> {
    let raw: RawWalkIn = serde_json::from_value(value).ok()?;
    let late = match raw.status.as_str() {
        "present" => false,
        "late" => true,
        _ => return None,
    };
    let came_at = rules::corrected(Moment::parse(&raw.at)?, raw.offset_ms)?;
    rules::is_id(&raw.id).then_some(())?;
    raw.walk_in.read(raw.id, late, came_at).ok()
}

/// Takes what a phone sends, each by itself, told by its id. Somebody who may no longer take this
/// roll hears so for each.
pub fn take(
    db: &mut Db,
    actor: &Actor,
    session: SessionId,
    sent: &[Operation],
    stamp: &Stamp,
) -> Result<Vec<Taken>, Fault> {
    if sent.len() > MOST_MARKS {
        return Err(Fault::field("body", "too-many-marks"));
    }
    let marks: Vec<SentMark> = sent
        .iter()
        .filter_map(|o| match o {
            Operation::Mark(mark) => Some(mark.clone()),
            _ => None,
        })
        .collect();
    let mut taken = attendance::take_roll(db, actor, session, &marks, stamp)?.into_iter();
    let mut out = Vec::with_capacity(sent.len());
    for operation in sent {
        let id = operation.id().to_owned();
        out.push(match operation {
            Operation::Mark(_) => taken.next().unwrap_or(Taken::rejected(id, Reason::Malformed)),
            Operation::Broken(_) => Taken::rejected(id, Reason::Malformed),
            Operation::WalkIn(arrival) => match attendance::shut(db, actor, session, stamp.now)? {
                Some(reason) => Taken::rejected(id, reason),
                None => {
                    let new = walk_ins::add(db, actor, session, arrival, stamp)?;
                    let outcome = if new { Outcome::Created } else { Outcome::Duplicate };
                    Taken { client_id: id, outcome, reason: None }
                }
            },
            Operation::Finish(_) => match attendance::shut(db, actor, session, stamp.now)? {
                Some(reason) => Taken::rejected(id, reason),
                None if attendance::session_for(db, actor, session)?.finished_at.is_some() => {
                    Taken { client_id: id, outcome: Outcome::Duplicate, reason: None }
                }
                None => {
                    let leave = Closing { choice: "leave".to_owned(), reason: None };
                    attendance::close_roll(db, actor, session, &leave, stamp)?;
                    Taken { client_id: id, outcome: Outcome::Created, reason: None }
                }
            },
        });
    }
    Ok(out)
}

/// A file that a phone saved, of one or several sessions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The kind of file and its version: 1.
    pub prashikshan_marks: u8,
    pub sessions: Vec<FileSession>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSession {
    pub session: SessionId,
    pub marks: Vec<Value>,
}

/// The most sessions of one file.
const MOST_SESSIONS: usize = 50;

/// What came of one session's part of a file: of each mark, or why none could be taken.
pub type Handed = (SessionId, Result<Vec<Taken>, &'static str>);

/// Takes in a file from whichever phone; gives what came of each session's marks, or why the whole
/// session could not be taken.
pub fn take_file(
    db: &mut Db,
    actor: &Actor,
    text: &str,
    stamp: &Stamp,
) -> Result<Vec<Handed>, Fault> {
    let file: File = serde_json::from_str(text.trim_start_matches('\u{FEFF}').trim())
        .map_err(|_| Fault::field("file", "marks-file"))?;
    if file.prashikshan_marks != 1 || file.sessions.len() > MOST_SESSIONS {
        return Err(Fault::field("file", "marks-file"));
    }
    let mut out = vec![];
    for part in file.sessions {
        let operations = read(part.marks);
        let taken = match take(db, actor, part.session, &operations, stamp) {
            Ok(taken) => Ok(taken),
            Err(Fault::NotFound | Fault::Forbidden) => Err("no-right"),
            Err(other) => return Err(other),
        };
        out.push((part.session, taken));
    }
    Ok(out)
}
