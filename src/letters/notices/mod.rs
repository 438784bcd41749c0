//! Notices to many: drafted, looked at, confirmed with a fresh code, held, sent, stopped.

pub mod rules;
pub mod store;
pub mod watch;
pub mod approvals;
pub mod pages;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::access::proof::{self, Entered};
use crate::access::rules::Right;
use crate::access::{self, Actor};
use crate::courses;
use crate::courses::store::Unit;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::form::Reading;
use crate::kit::ids::{LetterId, NoticeId, PersonId, UnitId};
use crate::kit::journal::{self, Entry};
use crate::kit::ledger::{self, Plan};
use crate::kit::mail_text;
use crate::kit::night;
use crate::kit::site::{Site, Stamp};
use crate::letters::compose;
use crate::letters::notices::rules::{
    Brake, CHUNK, Filter, HOLD_MINUTES, KEPT_DAYS, NoticeDraft, NoticeFacts, NoticeState, Phase,
    Texts, phase,
};
use crate::letters::notices::store::{Content, Counts, Notice, Reader};
use crate::letters::notices::watch::rules::News;
use crate::letters::store::{Subjects, facts};
use crate::post;
use crate::post::rules::{Kind, LOOK_BACK, is_alarming, reason};
use crate::post::store::Leased;
use crate::reminders;
use crate::schedule;

/// A notice that the actor may see: whoever manages its unit.
pub fn notice_for(db: &mut Db, actor: &Actor, id: NoticeId) -> Result<Notice, Fault> {
    let notice = store::notice(db, id)?;
    actor.must(Right::Manage, &notice.unit_path)?;
    Ok(notice)
}

/// As `notice_for`, to act on: nobody else does until this is written.
fn held(db: &mut Db, actor: &Actor, id: NoticeId, now: Moment) -> Result<Notice, Fault> {
    notice_for(db, actor, id)?;
    store::hold(db, id, now)?;
    store::notice(db, id)
}

fn draft_for(db: &mut Db, actor: &Actor, id: NoticeId) -> Result<Notice, Fault> {
    let notice = notice_for(db, actor, id)?;
    if notice.state == NoticeState::Draft { Ok(notice) } else { Err(no_draft()) }
}

fn no_draft() -> Fault {
    Fault::conflict("notice-no-draft")
}

/// Keeps what was typed as a draft. The same form sent again changes the draft that it made.
pub fn create(
    db: &mut Db,
    actor: &Actor,
    draft: &NoticeDraft,
    stamp: &Stamp,
) -> Result<NoticeId, Fault> {
    actor.must_somewhere(Right::Manage)?;
    let (unit, filter, texts) = read(db, actor, draft)?;
    let content = Content::of(unit, filter, &texts, stamp.now);
    let own = |key: String| format!("{}:{key}", actor.person);
    let of_form = clean::key(&draft.key).filter(|key| !key.is_empty()).map(own);
    let made = match &of_form {
        Some(key) => store::made_by_form(db, key)?,
        None => None,
    };
    if let Some(made) = made
        && store::change(db, made, &content)?
    {
        return Ok(made);
    }
    // What that form made has gone already: this is another one.
    let key = of_form.filter(|_| made.is_none()).unwrap_or_else(|| own(stamp.ids.secret()));
    let id = NoticeId(stamp.id());
    store::add(db, id, &key, actor.person, &content)?;
    note(db, Some(actor), id, unit, "notice drafted", json!(null), stamp)?;
    Ok(id)
}

pub fn change(
    db: &mut Db,
    actor: &Actor,
    id: NoticeId,
    draft: &NoticeDraft,
    stamp: &Stamp,
) -> Result<(), Fault> {
    draft_for(db, actor, id)?;
    let (unit, filter, texts) = read(db, actor, draft)?;
    if !store::change(db, id, &Content::of(unit, filter, &texts, stamp.now))? {
        return Err(no_draft());
    }
    note(db, Some(actor), id, unit, "notice changed", json!(null), stamp)
}

/// Throws a draft away.
pub fn discard(db: &mut Db, actor: &Actor, id: NoticeId, stamp: &Stamp) -> Result<(), Fault> {
    let notice = draft_for(db, actor, id)?;
    if !store::forget(db, id)? {
        return Err(no_draft());
    }
    note(db, Some(actor), id, notice.unit, "notice discarded", json!(null), stamp)
}

fn read(db: &mut Db, actor: &Actor, draft: &NoticeDraft) -> Result<(UnitId, Filter, Texts), Fault> {
    let mut reading = Reading::default();
    let unit = unit(db, actor, &mut reading, &draft.unit)?;
    let filter = Filter::read(&mut reading, draft);
    if let Some(course) = filter.course {
        found(&mut reading, "course", courses::course_for(db, actor, course))?;
    }
    if let Some(batch) = filter.batch {
        found(&mut reading, "batch", schedule::batch_for(db, actor, batch))?;
    }
    let texts = Texts::read(&mut reading, draft);
    let Some(unit) = unit else { return reading.done(()).and(Err(Fault::NotFound)) };
    reading.done((unit.id, filter, texts))
}

/// One of the actor's own units: what lies elsewhere is not found.
fn unit(
    db: &mut Db,
    actor: &Actor,
    reading: &mut Reading,
    given: &str,
) -> Result<Option<Unit>, Fault> {
    let code = reading.code("unit", given);
    if reading.has("unit") {
        return Ok(None);
    }
    let unit = courses::store::unit_of_code(db, &code)?;
    let unit = unit.filter(|u| actor.may(Right::Manage, &u.path));
    if unit.is_none() {
        reading.fields.add("unit", "not-found");
    }
    Ok(unit)
}

fn found<T>(reading: &mut Reading, name: &str, thing: Result<T, Fault>) -> Result<(), Fault> {
    match thing {
        Ok(_) => Ok(()),
        Err(Fault::NotFound | Fault::Forbidden) => {
            reading.fields.add(name, "not-found");
            Ok(())
        }
        Err(other) => Err(other),
    }
}

/// What a draft would do: to how many it goes, some of them, and one to show it on.
pub struct Foreseen {
    pub counts: Counts,
    pub sample: Vec<Reader>,
    pub shown: Option<Reader>,
}

pub fn foresee(db: &mut Db, notice: &Notice, shown: Option<PersonId>) -> Result<Foreseen, Fault> {
    let (path, filter) = (&notice.unit_path, &notice.filter);
    let sample = store::sample(db, path, filter)?;
    let asked = match shown {
        Some(person) => store::reader(db, path, filter, person)?,
        None => None,
    };
    let counts = store::counts(db, path, filter)?;
    Ok(Foreseen { counts, shown: asked.or_else(|| sample.first().cloned()), sample })
}

/// Subject and text as one reader would get them in one language.
pub fn preview(
    db: &mut Db,
    site: &Site,
    notice: NoticeId,
    reader: PersonId,
    language: Language,
    now: Moment,
) -> Result<Option<(String, String)>, Fault> {
    let about = Subjects {
        people: BTreeSet::from([reader]),
        notices: BTreeSet::from([notice]),
        ..Subjects::default()
    };
    let facts = facts(db, &about, now)?;
    let shown = NoticeFacts { shown_in: Some(language), ..NoticeFacts::of(notice) };
    let letter = Leased {
        id: LetterId(0),
        kind: Kind::Notice,
        rule: None,
        person: Some(reader),
        batch: None,
        session: None,
        revision: None,
        enrolment: None,
        facts: json!(shown).to_string(),
        due_at: now,
        useless_after: None,
        attempts: 0,
        message_id: "preview".to_owned(),
        address: None,
        body: None,
        slot_at: None,
    };
    let made = compose::compose(site, &facts, &letter, now).ok();
    Ok(made.and_then(|m| Some((mail_text::subject(&m.bytes)?, mail_text::text(&m.bytes)?))))
}

/// Sends the draft to whoever writes it.
pub fn try_out(db: &mut Db, actor: &Actor, id: NoticeId, stamp: &Stamp) -> Result<(), Fault> {
    draft_for(db, actor, id)?;
    if access::store::address_of(db, actor.person)?.is_none() {
        return Err(Fault::conflict("proof-no-address"));
    }
    let trial = NoticeFacts { is_trial: true, ..NoticeFacts::of(id) };
    let letter = LetterId(stamp.id());
    let key = format!("notice-trial:{letter}");
    let until = stamp.now.plus_days(1);
    let plan = plan(letter, actor.person, key, trial, stamp.now, until);
    ledger::plan(db, &[plan], stamp.now)?;
    Ok(())
}

fn plan(
    id: LetterId,
    person: PersonId,
    key: String,
    facts: NoticeFacts,
    due_at: Moment,
    until: Moment,
) -> Plan {
    Plan {
        id,
        kind: Kind::Notice.word().to_owned(),
        rule: None,
        person,
        batch: None,
        session: None,
        revision: None,
        enrolment: None,
        key,
        facts: json!(facts),
        due_at,
        useless_after: Some(until),
    }
}

/// What a code that confirms a notice is bound to.
fn deed(notice: &Notice) -> String {
    format!("notice:{}:{}", notice.id, notice.revision)
}

/// Sends a code with which the actor proves who confirms.
pub fn ask_code(
    db: &mut Db,
    secret: &str,
    actor: &Actor,
    id: NoticeId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let notice = draft_for(db, actor, id)?;
    let page = format!("/letters/notices/{id}/confirmation");
    proof::ask(db, secret, actor, &deed(&notice), &page, stamp)?;
    Ok(())
}

/// The code and the count, as typed.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Confirmation {
    pub code: String,
    pub count: String,
}

/// Lets a draft go, after the time of holding: to as many people as were counted, by somebody who
/// proved just now who he is. Above a number of people it waits for a second one first.
pub fn confirm(
    db: &mut Db,
    site: &Site,
    actor: &Actor,
    id: NoticeId,
    form: &Confirmation,
    stamp: &Stamp,
) -> Result<Entered, Fault> {
    let now = stamp.now;
    let notice = held(db, actor, id, now)?;
    if notice.state != NoticeState::Draft {
        return Err(no_draft());
    }
    let count = counted(db, &notice, form)?;
    watch::must_be_left(db, site, actor, &notice, count, "notice-quota", now)?;
    let waits = watch::needs_second(db, site, actor.person, &notice, count, now)?;
    let approvers =
        if waits { watch::approvers(db, &notice, actor.person, now)?.1 } else { none() };
    if waits && approvers.is_empty() {
        return Err(approvals::nobody(site));
    }
    let entered = proof::enter(db, &site.secret, actor, &deed(&notice), &form.code, now)?;
    if entered != Entered::Good {
        return Ok(entered);
    }
    let due_at = (!waits).then(|| now.plus_minutes(HOLD_MINUTES));
    store::set_confirmed(db, id, actor.person, count, due_at, now)?;
    let notice = store::notice(db, id)?;
    let detail = json!({ "people": count, "due_at": due_at });
    if waits {
        note(db, Some(actor), id, notice.unit, "notice put up for approval", detail, stamp)?;
        watch::tell(db, &notice, News::Waiting, approvers, stamp)?;
    } else {
        note(db, Some(actor), id, notice.unit, "notice confirmed", detail, stamp)?;
        watch::alert(db, &notice, News::Confirmed, &[actor.person], stamp)?;
    }
    Ok(entered)
}

fn none() -> BTreeSet<PersonId> {
    BTreeSet::new()
}

/// How many people a notice goes to now, when that is what was typed.
fn counted(db: &mut Db, notice: &Notice, form: &Confirmation) -> Result<i64, Fault> {
    let count = store::counts(db, &notice.unit_path, &notice.filter)?.reached();
    if count == 0 {
        return Err(Fault::conflict("notice-nobody"));
    }
    let mut reading = Reading::default();
    let typed: String = form.count.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let typed = reading.number("count", &typed, 1, i64::MAX);
    if !reading.has("count") && typed != count {
        reading.fields.add_with("count", "other-count", vec![("count", count.to_string())]);
    }
    reading.text("code", &form.code, 40);
    reading.done(count)
}

/// Stops a notice for good: before anything went, it is taken back; later it ends midway. Gives
/// which of the two.
pub fn stop(db: &mut Db, actor: &Actor, id: NoticeId, stamp: &Stamp) -> Result<NoticeState, Fault> {
    let notice = held(db, actor, id, stamp.now)?;
    let (state, action) = match phase(notice.state, notice.due_at, stamp.now) {
        Phase::Waiting | Phase::Holding => (NoticeState::Cancelled, "notice cancelled"),
        Phase::Paused if notice.due_at.is_some_and(|due| stamp.now < due) => {
            (NoticeState::Cancelled, "notice cancelled")
        }
        Phase::Sending | Phase::Paused => (NoticeState::Aborted, "notice aborted"),
        _ => return Err(Fault::conflict("notice-state")),
    };
    store::set_state(db, id, state)?;
    let letters = post::store::cancel_notice(db, id, reason::BY_HAND, stamp.now)?;
    note(db, Some(actor), id, notice.unit, action, json!({ "letters": letters }), stamp)?;
    Ok(state)
}

/// Holds a notice where it is; what a courier has in the mouth goes.
pub fn pause(db: &mut Db, actor: &Actor, id: NoticeId, stamp: &Stamp) -> Result<(), Fault> {
    let notice = held(db, actor, id, stamp.now)?;
    if notice.state != NoticeState::Going {
        return Err(Fault::conflict("notice-state"));
    }
    store::set_paused(db, id, Brake::Hand)?;
    post::store::park_notice(db, id, stamp.now)?;
    note(db, Some(actor), id, notice.unit, "notice paused", json!(null), stamp)
}

/// Lets a paused notice go on.
pub fn resume(db: &mut Db, actor: &Actor, id: NoticeId, stamp: &Stamp) -> Result<(), Fault> {
    let notice = held(db, actor, id, stamp.now)?;
    if notice.state != NoticeState::Paused {
        return Err(Fault::conflict("notice-state"));
    }
    store::set_resumed(db, id, stamp.now)?;
    post::store::unpark_notice(db, id, stamp.now)?;
    note(db, Some(actor), id, notice.unit, "notice resumed", json!(null), stamp)
}

/// Whether letters of some notice are still to be written into the ledger.
pub fn is_unwritten(db: &mut Db) -> Result<bool, Fault> {
    Ok(store::unwritten(db)?.is_some())
}

/// Writes the letters of the next people into the ledger: a constant number of statements. Where it
/// stopped stands in the notice, in the same transaction, and each letter has its key.
pub fn write_chunk(db: &mut Db, site: &Site) -> Result<usize, Fault> {
    let stamp = site.stamp();
    let Some(id) = store::unwritten(db)? else { return Ok(0) };
    store::hold(db, id, stamp.now)?;
    let notice = store::notice(db, id)?;
    let Some(due_at) = notice.due_at.filter(|_| notice.state == NoticeState::Going) else {
        return Ok(0);
    };
    if !watch::store::is_backed(db, id, stamp.now)? {
        revoke(db, &notice, &stamp)?;
        return Ok(0);
    }
    // Never more than were confirmed: who comes into the audience since is no part of it.
    let most = notice.confirmed_count.unwrap_or(0) - post::store::notice_size(db, id)?;
    let most = most.clamp(0, CHUNK);
    let (path, filter) = (&notice.unit_path, &notice.filter);
    let readers = store::readers(db, path, filter, notice.written_to, most)?;
    let who: BTreeSet<PersonId> = readers.iter().map(|r| r.id).collect();
    let zones = reminders::zones_of(db, &who)?;
    let until = due_at.plus_days(KEPT_DAYS);
    let plans: Vec<Plan> = readers
        .iter()
        .map(|reader| {
            let zone = zones.get(&reader.id).copied().unwrap_or(site.timezone);
            let key = format!("notice:{id}:{}", reader.id);
            let due_at = night::morning(due_at, zone);
            plan(LetterId(stamp.id()), reader.id, key, NoticeFacts::of(id), due_at, until)
        })
        .collect();
    let written = ledger::plan_of_notice(db, id, &plans, stamp.now)?;
    let is_all = i64::try_from(readers.len()).is_ok_and(|n| n < CHUNK);
    let to = readers.last().map_or(notice.written_to, |r| r.id);
    store::set_written(db, id, to, is_all)?;
    Ok(written)
}

/// What a notice under way asks of the ticker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Everything has gone, or will not go.
    End,
    /// Too many of the newest letters went wrong.
    Brake { ended: usize, wrong: usize },
    /// Letters of a paused one came back from couriers.
    Park,
    /// Who let it go administers its unit no more.
    Revoke,
}

/// One notice after the other: each is looked at by its own index, however many letters it has.
pub fn needs(db: &mut Db, now: Moment) -> Result<Vec<(NoticeId, Need)>, Fault> {
    let unbacked = watch::unbacked(db, now)?;
    let mut out: Vec<_> = unbacked.iter().map(|id| (*id, Need::Revoke)).collect();
    for notice in store::at_work(db, now)? {
        if unbacked.contains(&notice.id) {
            continue;
        }
        out.extend(need(db, &notice, now)?.map(|need| (notice.id, need)));
    }
    Ok(out)
}

fn need(db: &mut Db, notice: &Notice, now: Moment) -> Result<Option<Need>, Fault> {
    let id = notice.id;
    if notice.state == NoticeState::Paused {
        return Ok(post::store::is_to_be_parked(db, id, now)?.then_some(Need::Park));
    }
    if notice.is_written && !post::store::is_notice_open(db, id)? {
        return Ok(Some(Need::End));
    }
    let since = notice.watched_from.unwrap_or(notice.updated_at);
    let (ended, wrong) = post::store::notice_ends(db, id, since, LOOK_BACK)?;
    Ok(is_alarming(ended, wrong).then_some(Need::Brake { ended, wrong }))
}

/// Does what a notice asks for, when it still does.
pub fn tend(db: &mut Db, id: NoticeId, stamp: &Stamp) -> Result<(), Fault> {
    store::hold(db, id, stamp.now)?;
    let notice = store::notice(db, id)?;
    let is_at_work = matches!(notice.state, NoticeState::Going | NoticeState::Paused);
    if !is_at_work && notice.state != NoticeState::Waiting {
        return Ok(());
    }
    if !watch::store::is_backed(db, id, stamp.now)? {
        return revoke(db, &notice, stamp);
    }
    let is_due = is_at_work && notice.due_at.is_some_and(|due| due <= stamp.now);
    let need = if is_due { need(db, &notice, stamp.now)? } else { None };
    match need {
        None | Some(Need::Revoke) => Ok(()),
        Some(Need::End) => store::set_state(db, id, NoticeState::Done),
        Some(Need::Park) => post::store::park_notice(db, id, stamp.now).map(|_| ()),
        Some(Need::Brake { ended, wrong }) => {
            store::set_paused(db, id, Brake::Alarm)?;
            post::store::park_notice(db, id, stamp.now)?;
            let detail = json!({ "ended": ended, "wrong": wrong });
            note(db, None, id, notice.unit, "notice paused", detail, stamp)
        }
    }
}

/// Ends a notice that nobody answers for any more; what couriers hold stops at its last look.
fn revoke(db: &mut Db, notice: &Notice, stamp: &Stamp) -> Result<(), Fault> {
    store::set_state(db, notice.id, NoticeState::Revoked)?;
    let letters = post::store::cancel_notice(db, notice.id, reason::NO_RIGHT, stamp.now)?;
    let detail = json!({ "letters": letters });
    note(db, None, notice.id, notice.unit, "notice revoked", detail, stamp)?;
    let besides: Vec<PersonId> = notice.confirmed_by.into_iter().collect();
    watch::alert(db, notice, News::Revoked, &besides, stamp)?;
    Ok(())
}

fn note(
    db: &mut Db,
    by: Option<&Actor>,
    id: NoticeId,
    unit: UnitId,
    action: &str,
    detail: Value,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let entry = Entry {
        actor: by.map(|a| a.person),
        action,
        subject: format!("notice/{id}"),
        unit: Some(unit),
        detail,
    };
    journal::note(db, entry, stamp.now)
}
