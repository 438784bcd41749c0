//! Letters to many: one stopped on its way, one that waits for a second administrator, a draft.

use crate::demo::dice::Dice;
use crate::demo::store::{self, Cargo};
use crate::demo::tree::Tree;
use crate::kit::clock::Moment;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::ids::{Ids, LetterId, NoticeId, PersonId, UnitId};
use crate::kit::ledger;
use crate::letters::notices::rules::{Filter, KEPT_DAYS, NoticeFacts};
use crate::letters::notices::store::{Reader, counts, readers};

pub struct Writers {
    pub state_admin: PersonId,
    pub district_admin: PersonId,
}

/// People of the block whose letter was stopped.
const READERS: i64 = 60;
/// Where a paused letter waits, as the sender lays it aside.
const PARKED_DAYS: i64 = 36_500;

pub fn write(
    cargo: &mut Cargo,
    db: &mut Db,
    tree: &Tree,
    writers: Writers,
    ids: &Ids,
    seed: u64,
    now: Moment,
) -> Result<(), Fault> {
    let district = &tree.districts[0];
    let all = Filter::default();
    let sent_at = now.plus_minutes(-90);

    let block = district.blocks[0].unit;
    let path = store::path_of(db, block)?;
    let of_block = readers(db, &path, &all, PersonId(0), READERS)?;
    let paused = store::Notice {
        subject_hi: Some("रविवार को प्रशिक्षण का स्थान"),
        body_hi: Some("इस रविवार का स्थान सामुदायिक भवन है।"),
        subject_en: Some("Where we meet on Sunday"),
        body_en: Some("This Sunday we meet in the community hall."),
        state: "paused",
        paused_by: Some("hand"),
        due_at: Some(sent_at),
        is_written: true,
        ..confirmed(
            (ids.next(sent_at), "demo-paused", writers.district_admin, block),
            of_block.len(),
            sent_at.plus_minutes(-10),
        )
    };
    letters(cargo, paused.id, &of_block, (ids, seed), (sent_at, now));
    cargo.notices.push(paused);

    let asked_at = now.plus_minutes(-40);
    let path = store::path_of(db, district.unit)?;
    let meant = counts(db, &path, &all)?.reached();
    cargo.notices.push(store::Notice {
        subject_hi: Some("जिला सम्मेलन 14 तारीख को"),
        body_hi: Some("{unit} के सभी नए सदस्य जिला सम्मेलन में आमंत्रित हैं।"),
        subject_en: Some("District meeting on the 14th"),
        body_en: Some("All new members of {unit} are invited."),
        ..confirmed(
            (ids.next(asked_at), "demo-waiting", writers.district_admin, district.unit),
            usize::try_from(meant).unwrap_or(0),
            asked_at,
        )
    });

    cargo.notices.push(store::Notice {
        place: Some("seat"),
        subject_hi: Some("सत्र में पहचान पत्र साथ लाएँ"),
        body_hi: Some("अगले सत्र से {unit} में प्रवेश पर पहचान पत्र देखा जाएगा।\n\nकृपया साथ लाएँ।"),
        subject_en: Some("Bring your identity card to the session"),
        body_en: Some(
            "From the next session on, identity cards are looked at on entry in {unit}.\n\n\
             Please bring yours.",
        ),
        state: "draft",
        confirmed_count: None,
        confirmed_by: None,
        confirmed_at: None,
        ..confirmed((ids.next(now), "demo", writers.state_admin, tree.state), 0, now)
    });
    Ok(())
}

/// Confirmed by whoever wrote it, waiting for a second one.
fn confirmed(
    (id, key, by, unit): (i64, &'static str, PersonId, UnitId),
    people: usize,
    at: Moment,
) -> store::Notice {
    store::Notice {
        id: NoticeId(id),
        key,
        person_id: by,
        unit_id: unit,
        place: None,
        subject_hi: None,
        body_hi: None,
        subject_en: None,
        body_en: None,
        state: "waiting",
        revision: 1,
        confirmed_count: i64::try_from(people).ok(),
        confirmed_by: Some(by),
        confirmed_at: Some(at),
        due_at: None,
        is_written: false,
        paused_by: None,
        created_at: at.plus_minutes(-30),
        updated_at: at,
    }
}

/// Half have gone, a few of them in vain; the rest is laid aside.
fn letters(
    cargo: &mut Cargo,
    notice: NoticeId,
    readers: &[Reader],
    (ids, seed): (&Ids, u64),
    (sent_at, now): (Moment, Moment),
) {
    let mut dice = Dice::new(seed ^ 0x6e6f_7465);
    for (n, reader) in readers.iter().enumerate() {
        let (state, reason) = match n {
            n if n % 2 == 1 => ("planned", None),
            8 | 24 => ("failed", Some("550 5.1.1 no such mailbox")),
            _ => ("sent", None),
        };
        let done = sent_at.plus_seconds(dice.between(5, 600));
        let key = format!("notice:{notice}:{}", reader.id);
        cargo.letters.push(store::Letter {
            id: LetterId(ids.next(sent_at)),
            kind: "notice",
            person_id: Some(reader.id),
            batch_id: None,
            enrolment_id: None,
            message_id: ledger::message_id(&key),
            key,
            facts: serde_json::json!(NoticeFacts::of(notice)).to_string(),
            state,
            due_at: sent_at,
            useless_after: Some(sent_at.plus_days(KEPT_DAYS)),
            attempts: i32::from(state != "planned"),
            next_try_at: if state == "planned" { now.plus_days(PARKED_DAYS) } else { sent_at },
            address: None,
            reason,
            sent_at: (state == "sent").then_some(done),
            created_at: sent_at.plus_minutes(-10),
            updated_at: done,
            notice_id: Some(notice),
        });
    }
}
