//! Others see what one writes to many: they are told at once, may stop it, agree to what is big, and
//! nobody writes to more people in a day than the own place in the tree asks for.

pub mod rules;
pub mod store;

use std::collections::BTreeSet;

use chrono::{NaiveTime, SecondsFormat};
use serde_json::json;

use crate::access::Actor;
use crate::kit::clock::{Moment, at_clock};
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::ids::{LetterId, NoticeId, PersonId};
use crate::kit::ledger::{self, Plan};
use crate::kit::site::{Site, Stamp};
use crate::letters::notices::rules::KEPT_DAYS;
use crate::letters::notices::store::Notice;
use crate::letters::notices::watch::rules::{News, NewsFacts, Overseer, depth};
use crate::post::rules::Kind;

/// The news that a letter tells.
pub fn news(facts: &str) -> Option<NewsFacts> {
    serde_json::from_str(facts).ok()
}

/// Tells some administrators, each once.
pub fn tell(
    db: &mut Db,
    notice: &Notice,
    news: News,
    to: BTreeSet<PersonId>,
    stamp: &Stamp,
) -> Result<usize, Fault> {
    let facts = NewsFacts {
        notice: notice.id,
        news,
        revision: notice.revision,
        people: notice.confirmed_count.unwrap_or(0),
        goes_at: notice.due_at,
    };
    let plans: Vec<Plan> = to
        .into_iter()
        .map(|person| Plan {
            id: LetterId(stamp.id()),
            kind: Kind::NoticeNews.word().to_owned(),
            rule: None,
            person,
            batch: None,
            session: None,
            revision: None,
            enrolment: None,
            key: format!("notice-news:{}:{}:{news}:{person}", notice.id, notice.revision),
            facts: json!(facts),
            due_at: stamp.now,
            useless_after: Some(stamp.now.plus_days(KEPT_DAYS)),
        })
        .collect();
    ledger::plan(db, &plans, stamp.now)
}

/// Tells those who can stop it, besides some.
pub fn alert(
    db: &mut Db,
    notice: &Notice,
    news: News,
    besides: &[PersonId],
    stamp: &Stamp,
) -> Result<usize, Fault> {
    let all = store::overseers(db, &notice.unit_path, stamp.now)?;
    let to = rules::watchers(&all, besides, depth(&notice.unit_path));
    tell(db, notice, news, to, stamp)
}

/// Whether a letter with news is still to go.
pub fn stands(
    db: &mut Db,
    reader: Option<PersonId>,
    facts: &str,
    now: Moment,
) -> Result<bool, Fault> {
    let (Some(reader), Some(facts)) = (reader, news(facts)) else { return Ok(false) };
    let seen = store::standing_for(db, facts.notice, reader, now)?;
    Ok(seen.is_some_and(|(state, revision)| facts.stands(state, revision)))
}

/// Who may approve a letter that somebody confirms or has confirmed.
pub fn approvers(
    db: &mut Db,
    notice: &Notice,
    confirmer: PersonId,
    now: Moment,
) -> Result<(Vec<Overseer>, BTreeSet<PersonId>), Fault> {
    let all = store::overseers(db, &notice.unit_path, now)?;
    let may = rules::approvers(&all, &[confirmer, notice.author]);
    Ok((all, may))
}

/// Whether a second administrator must agree: what one lets go alone in a day counts together, or a
/// big letter would go in small parts.
pub fn needs_second(
    db: &mut Db,
    site: &Site,
    writer: PersonId,
    notice: &Notice,
    count: i64,
    now: Moment,
) -> Result<bool, Fault> {
    let (since, _) = day(site, now);
    let alone = store::written_alone_since(db, writer, since, notice.id)?;
    Ok(alone + count > site.limits.notice_approval_above)
}

/// To how many people somebody may still write today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub most: i64,
    pub left: i64,
}

/// None: there is no limit. The notice in question does not count.
pub fn allowance(
    db: &mut Db,
    site: &Site,
    writer: &Actor,
    notice: &Notice,
    now: Moment,
) -> Result<Option<Allowance>, Fault> {
    let limits = &site.limits.notice_per_day;
    let Some(most) = rules::per_day(&writer.grants, &notice.unit_path, limits) else {
        return Ok(None);
    };
    let (since, _) = day(site, now);
    let written = store::written_since(db, writer.person, since, notice.id)?;
    Ok(Some(Allowance { most, left: (most - written).max(0) }))
}

/// Refuses what is more than is left of the day, in the transaction that lets it go; `code` says so
/// to whoever asks.
pub fn must_be_left(
    db: &mut Db,
    site: &Site,
    writer: &Actor,
    notice: &Notice,
    count: i64,
    code: &'static str,
    now: Moment,
) -> Result<(), Fault> {
    store::line_up(db, writer.person, now)?;
    let Some(Allowance { most, left }) = allowance(db, site, writer, notice, now)? else {
        return Ok(());
    };
    if count <= left {
        return Ok(());
    }
    let (_, free_at) = day(site, now);
    let free_at = free_at.utc().to_rfc3339_opts(SecondsFormat::Secs, true);
    let number = crate::kit::i18n::number;
    Err(Fault::Conflict(Obstacle {
        code,
        args: vec![("count", number(count)), ("left", number(left)), ("most", number(most))],
        more: json!({ "left": left, "per_day": most, "free_at": free_at }),
    }))
}

/// From midnight to midnight of the house's clock.
fn day(site: &Site, now: Moment) -> (Moment, Moment) {
    let today = now.date_in(site.timezone);
    let next = today.succ_opt().unwrap_or(today);
    let midnight = |day| at_clock(day, 0, NaiveTime::MIN, site.timezone);
    (midnight(today), midnight(next))
}

/// Those under way that stop, since the right of whoever let them go is gone.
pub fn unbacked(db: &mut Db, now: Moment) -> Result<Vec<NoticeId>, Fault> {
    store::unbacked(db, now)
}
