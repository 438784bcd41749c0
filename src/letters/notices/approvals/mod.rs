//! A second administrator looks at a letter to very many, and agrees to it or sends it back.

pub mod pages;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::proof::{self, Entered};
use crate::access::{self, Actor};
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::{Fault, Obstacle};
use crate::kit::form::Reading;
use crate::kit::i18n;
use crate::kit::ids::NoticeId;
use crate::kit::site::{Site, Stamp};
use crate::letters::notices::rules::{HOLD_MINUTES, NoticeState};
use crate::letters::notices::store::{self, Notice};
use crate::letters::notices::watch::rules::News;
use crate::letters::notices::watch::{self};
use crate::letters::notices::{Confirmation, counted, held, note, notice_for};

const MOST_REASON: usize = 500;

/// Why a letter was sent back, as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Refusal {
    pub reason: String,
}

/// There is nobody who could agree: who reads it learns what to do.
pub fn nobody(site: &Site) -> Fault {
    let most = i18n::number(site.limits.notice_approval_above);
    let args = vec![("most", most)];
    Fault::Conflict(Obstacle { code: "notice-no-approver", args, more: Value::Null })
}

/// What stands in the way of somebody's decision.
pub fn obstacle(
    db: &mut Db,
    actor: &Actor,
    notice: &Notice,
    now: Moment,
) -> Result<Option<&'static str>, Fault> {
    let Some(confirmer) = notice.confirmed_by.filter(|_| notice.state == NoticeState::Waiting)
    else {
        return Ok(Some("notice-not-waiting"));
    };
    if [confirmer, notice.author].contains(&actor.person) {
        return Ok(Some("notice-own"));
    }
    let (all, may) = watch::approvers(db, notice, confirmer, now)?;
    if may.contains(&actor.person) {
        // Whoever reads one mailbox would have both codes.
        let theirs = access::store::address_of(db, confirmer)?.map(|a| a.to_lowercase());
        let own = access::store::address_of(db, actor.person)?.map(|a| a.to_lowercase());
        return Ok((theirs == own).then_some("notice-same-mailbox"));
    }
    let is_known = all.iter().any(|o| o.person == actor.person);
    Ok(Some(if is_known { "notice-new-role" } else { "proof-no-address" }))
}

fn must_decide(db: &mut Db, actor: &Actor, notice: &Notice, now: Moment) -> Result<(), Fault> {
    match obstacle(db, actor, notice, now)? {
        Some(code) => Err(Fault::conflict(code)),
        None => Ok(()),
    }
}

/// What a code that approves a notice is bound to.
fn deed(notice: &Notice) -> String {
    format!("notice-approval:{}:{}", notice.id, notice.revision)
}

/// Sends a code with which the actor proves who agrees.
pub fn ask_code(
    db: &mut Db,
    secret: &str,
    actor: &Actor,
    id: NoticeId,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let notice = notice_for(db, actor, id)?;
    must_decide(db, actor, &notice, stamp.now)?;
    let page = format!("/letters/notices/{id}/approval");
    proof::ask(db, secret, actor, &deed(&notice), &page, stamp)?;
    Ok(())
}

/// Agrees to the text and to as many people as there are now; from here on it is held as any other.
pub fn approve(
    db: &mut Db,
    site: &Site,
    actor: &Actor,
    id: NoticeId,
    form: &Confirmation,
    stamp: &Stamp,
) -> Result<Entered, Fault> {
    let now = stamp.now;
    let notice = held(db, actor, id, now)?;
    must_decide(db, actor, &notice, now)?;
    let (Some(confirmer), true) = (notice.confirmed_by, watch::store::is_backed(db, id, now)?)
    else {
        return Err(Fault::conflict("notice-unbacked"));
    };
    let count = counted(db, &notice, form)?;
    let writer = access::actor_of(db, confirmer, now)?;
    watch::must_be_left(db, site, &writer, &notice, count, "notice-quota-of-writer", now)?;
    let entered = proof::enter(db, &site.secret, actor, &deed(&notice), &form.code, now)?;
    if entered != Entered::Good {
        return Ok(entered);
    }
    let due_at = now.plus_minutes(HOLD_MINUTES);
    store::set_approved(db, id, actor.person, count, due_at, now)?;
    let notice = store::notice(db, id)?;
    let detail = json!({ "people": count, "due_at": due_at });
    note(db, Some(actor), id, notice.unit, "notice approved", detail, stamp)?;
    watch::alert(db, &notice, News::Confirmed, &[confirmer, actor.person], stamp)?;
    watch::tell(db, &notice, News::Approved, [confirmer].into(), stamp)?;
    Ok(entered)
}

/// Makes it a draft again and tells whoever confirmed it why.
pub fn send_back(
    db: &mut Db,
    actor: &Actor,
    id: NoticeId,
    form: &Refusal,
    stamp: &Stamp,
) -> Result<(), Fault> {
    let waiting = held(db, actor, id, stamp.now)?;
    must_decide(db, actor, &waiting, stamp.now)?;
    let mut reading = Reading::default();
    let reason = reading.text("reason", &form.reason, MOST_REASON);
    reading.done(())?;
    store::set_sent_back(db, id, actor.person, &reason)?;
    let detail = json!({ "reason": reason });
    note(db, Some(actor), id, waiting.unit, "notice sent back", detail, stamp)?;
    let revision = waiting.revision + 1;
    let told = Notice { revision, ..waiting };
    watch::tell(db, &told, News::SentBack, told.confirmed_by.into_iter().collect(), stamp)?;
    Ok(())
}
