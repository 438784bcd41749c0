//! Notices to many on pages: the form, the look before, the confirmation, the way, the list.

use actix_web::web::{Path, Query};
use serde::{Deserialize, Serialize};

use crate::access::Actor;
use crate::access::door::{Answer, Form, Visitor, done};
use crate::access::pages::Nothing;
use crate::access::proof::{self, Entered};
use crate::access::rules::Right;
use crate::courses::pages::choices;
use crate::courses::store::{courses_in, unit_of_code, units_to_choose};
use crate::kit::columns::Language;
use crate::kit::db::Db;
use crate::kit::fault::Fault;
use crate::kit::i18n::{self, pick};
use crate::kit::ids::{BatchId, NoticeId, PersonId};
use crate::kit::night;
use crate::kit::page::{PageNumber, Paging};
use crate::kit::site::Stamp;
use crate::letters::notices::rules::{
    Brake, Filter, HOLD_MINUTES, NoticeDraft, NoticeState, OnBatch, Outcome, Phase, filled, phase,
};
use crate::letters::notices::store::{self, Line, Notice};
use crate::letters::notices::watch::Allowance;
use crate::letters::notices::{self, Confirmation, watch};
use crate::letters::say::Say;
use crate::post;
use crate::post::rules::{State, is_alarming, reason};
use crate::schedule;
use crate::schedule::batches::rules::Span;
use crate::schedule::batches::store::batches_in;

/// What fills the form beforehand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    unit: String,
    course: String,
    batch: String,
    place: String,
    verdict: String,
}

#[derive(Serialize)]
struct Sheet {
    action: String,
    back: String,
    is_new: bool,
    units: Vec<(String, String)>,
    courses: Vec<(String, String)>,
    batches: Vec<(String, String)>,
    places: Vec<(String, String)>,
    verdicts: Vec<(String, String)>,
    draft: NoticeDraft,
}

pub async fn new(visitor: Visitor, wanted: Query<Wanted>) -> Answer {
    let Wanted { unit, course, batch, place, verdict } = wanted.into_inner();
    let key = visitor.site.ids.secret();
    let draft = NoticeDraft { key, unit, course, batch, place, verdict, ..NoticeDraft::default() };
    let say = Say::of(&visitor);
    visitor.page("letters/notice_form.html", move |db, actor| sheet(db, actor, &say, draft)).await
}

pub async fn create(visitor: Visitor, form: Form<NoticeDraft>) -> Answer {
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| notices::create(db, actor, &draft, stamp)).await {
        Ok(id) => Ok(done(&at(id), "notice-drafted")),
        Err(fault) => {
            let say = Say::of(&visitor);
            let again = move |db: &mut Db, actor: &Actor| sheet(db, actor, &say, kept);
            visitor.again(fault, "letters/notice_form.html", again).await
        }
    }
}

pub async fn edit(visitor: Visitor, id: Path<NoticeId>) -> Answer {
    let say = Say::of(&visitor);
    visitor
        .page("letters/notice_form.html", move |db, actor| {
            let notice = notices::notice_for(db, actor, *id)?;
            if notice.state != NoticeState::Draft {
                return Err(Fault::NotFound);
            }
            let draft = draft_of(&notice);
            Ok(of_draft(*id, sheet(db, actor, &say, draft)?))
        })
        .await
}

pub async fn change(visitor: Visitor, id: Path<NoticeId>, form: Form<NoticeDraft>) -> Answer {
    let id = *id;
    let (draft, kept) = (form.0.clone(), form.0);
    match visitor.act(move |db, actor, stamp| notices::change(db, actor, id, &draft, stamp)).await {
        Ok(()) => Ok(done(&at(id), "notice-drafted")),
        Err(fault) => {
            let say = Say::of(&visitor);
            let again =
                move |db: &mut Db, actor: &Actor| Ok(of_draft(id, sheet(db, actor, &say, kept)?));
            visitor.again(fault, "letters/notice_form.html", again).await
        }
    }
}

pub(super) fn at(id: NoticeId) -> String {
    format!("/letters/notices/{id}")
}

fn of_draft(id: NoticeId, sheet: Sheet) -> Sheet {
    Sheet { action: at(id), back: at(id), is_new: false, ..sheet }
}

fn draft_of(notice: &Notice) -> NoticeDraft {
    let text = |language: Language| {
        let text = notice.texts.of(language);
        text.map(|t| (t.subject.clone(), t.body.clone())).unwrap_or_default()
    };
    let ((subject_hi, body_hi), (subject_en, body_en)) = (text(Language::Hi), text(Language::En));
    let filter = &notice.filter;
    NoticeDraft {
        key: String::new(),
        unit: notice.unit_code.clone(),
        course: filter.course.map(|c| c.to_string()).unwrap_or_default(),
        batch: filter.batch.map(|b| b.to_string()).unwrap_or_default(),
        place: filter.place.map(|p| p.to_string()).unwrap_or_default(),
        verdict: filter.verdict.map(|v| v.to_string()).unwrap_or_default(),
        subject_hi,
        body_hi,
        subject_en,
        body_en,
    }
}

fn sheet(db: &mut Db, actor: &Actor, say: &Say, draft: NoticeDraft) -> Result<Sheet, Fault> {
    let reach = actor.must_somewhere(Right::Manage)?;
    let language = say.language;
    let everybody = || vec![(String::new(), say.text("notices-everybody"))];
    let mut units = choices(units_to_choose(db, &reach)?, language);
    // A list that people can choose from does not hold every booth.
    if !draft.unit.is_empty() && !units.iter().any(|(code, _)| *code == draft.unit) {
        let unit = unit_of_code(db, &draft.unit)?.filter(|u| reach.covers(&u.path));
        units.extend(unit.into_iter().flat_map(|u| choices(vec![u], language)));
    }
    let courses = courses_in(db, &reach, 0, 200)?.into_iter().map(|c| {
        (c.id.to_string(), format!("{} ({})", pick(language, &c.title_hi, &c.title_en), c.code))
    });
    let mut batches = everybody();
    let today = say.site.now().date_in(say.site.timezone);
    for batch in batches_in(db, &reach, "", Span::All, today, PageNumber::of(None))? {
        batches.push((batch.id.to_string(), batch.title));
    }
    if let Ok(id) = draft.batch.parse::<BatchId>()
        && !batches.iter().any(|(known, _)| *known == draft.batch)
        && let Ok(batch) = schedule::batch_for(db, actor, id)
    {
        batches.push((batch.id.to_string(), batch.title));
    }
    let words = |group: &str, words: Vec<&'static str>| {
        let said = words.into_iter().map(|w| (w.to_owned(), say.text(&format!("{group}-{w}"))));
        everybody().into_iter().chain(said).collect()
    };
    Ok(Sheet {
        action: "/letters/notices".to_owned(),
        back: "/letters/notices".to_owned(),
        is_new: true,
        units,
        courses: everybody().into_iter().chain(courses).collect(),
        batches,
        places: words("notices-place", OnBatch::ALL.iter().map(|w| w.word()).collect()),
        verdicts: words("notices-verdict", Outcome::ALL.iter().map(|w| w.word()).collect()),
        draft,
    })
}

#[derive(Serialize)]
struct List {
    /// What others wrote and the visitor may agree to.
    waiting: Vec<Row>,
    notices: Vec<Row>,
    paging: Paging,
}

#[derive(Serialize)]
struct Row {
    url: String,
    subject: String,
    unit: String,
    by: String,
    phase: String,
    tag: &'static str,
    people: Option<String>,
    when: String,
}

#[derive(Deserialize)]
pub struct Pages {
    page: Option<u32>,
}

pub async fn list(visitor: Visitor, pages: Query<Pages>) -> Answer {
    let say = Say::of(&visitor);
    let page = PageNumber::of(pages.page);
    visitor
        .page("letters/notices.html", move |db, actor| {
            let reach = actor.must_somewhere(Right::Manage)?;
            let mut rows = store::notices_in(db, &reach, page)?;
            let paging = Paging::cut(&mut rows, page, "/letters/notices", &[]);
            let waiting = store::waiting_for(db, &reach, actor.person)?;
            let now = say.site.now();
            let row = |n: &Notice| {
                let phase = phase(n.state, n.due_at, now);
                Row {
                    url: at(n.id),
                    subject: say.subject(n),
                    unit: pick(say.language, &n.unit_hi, &n.unit_en).to_owned(),
                    by: n.by.clone(),
                    phase: say.text(&format!("notices-phase-{phase}")),
                    tag: tag(phase),
                    people: n.confirmed_count.map(i18n::number),
                    when: say.at(n.confirmed_at.unwrap_or(n.updated_at)),
                }
            };
            Ok(List {
                waiting: waiting.iter().map(row).collect(),
                notices: rows.iter().map(row).collect(),
                paging,
            })
        })
        .await
}

/// A notice: before it is confirmed what it would do, then how it goes.
#[derive(Serialize)]
struct Show {
    url: String,
    title: String,
    phase: String,
    tag: &'static str,
    by: String,
    audience: Vec<(String, String)>,
    draft: Option<Foreseen>,
    /// Who sent the draft back, and why.
    sent_back: Option<(String, String)>,
    waits: Option<Waits>,
    way: Option<Way>,
}

/// A letter that waits for a second administrator.
#[derive(Serialize)]
struct Waits {
    people: String,
    since: String,
    /// Who may agree.
    approvers: Vec<String>,
    is_mine_to_decide: bool,
    texts: Vec<Shown>,
}

#[derive(Serialize)]
pub(super) struct Foreseen {
    pub(super) count: i64,
    meant: String,
    pub(super) reached: String,
    without_address: i64,
    stopped: i64,
    pub(super) sample: Vec<(String, String)>,
    shown: Option<String>,
    texts: Vec<Shown>,
}

/// The letter as the one who is shown would get it in one language.
#[derive(Serialize)]
struct Shown {
    lang: Language,
    language: String,
    subject: String,
    text: String,
}

#[derive(Serialize)]
struct Way {
    people: String,
    confirmed: String,
    due: String,
    counts: Vec<Count>,
    is_holding: bool,
    is_writing: bool,
    is_revoked: bool,
    approved_by: Option<String>,
    /// Why it stands: by hand, or the alarm.
    brake: Option<Brake>,
    alarm: Option<(i64, i64)>,
    may_pause: bool,
    may_resume: bool,
    may_stop: bool,
    moves: bool,
    texts: Vec<Shown>,
    lines: Vec<LineView>,
    paging: Paging,
    state: String,
    states: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Count {
    number: String,
    label: String,
    url: String,
}

#[derive(Serialize)]
struct LineView {
    url: String,
    person: String,
    state: String,
    tag: &'static str,
    at: String,
    reason: String,
}

/// Whom a draft is shown on; which letters of one under way.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    person: String,
    state: String,
    page: Option<u32>,
}

pub async fn show(visitor: Visitor, id: Path<NoticeId>, asked: Query<Asked>) -> Answer {
    let say = Say::of(&visitor);
    let asked = asked.into_inner();
    visitor.page("letters/notice.html", move |db, actor| shown(db, actor, &say, *id, &asked)).await
}

fn shown(
    db: &mut Db,
    actor: &Actor,
    say: &Say,
    id: NoticeId,
    asked: &Asked,
) -> Result<Show, Fault> {
    let notice = notices::notice_for(db, actor, id)?;
    let phase = phase(notice.state, notice.due_at, say.site.now());
    let is_draft = phase == Phase::Draft;
    let is_waiting = phase == Phase::Waiting;
    let sent_back = match (&notice.sent_back_reason, notice.sent_back_by) {
        (Some(reason), who) if is_draft => {
            Some((say.name(db, who)?.unwrap_or_default(), reason.clone()))
        }
        _ => None,
    };
    Ok(Show {
        sent_back,
        waits: if is_waiting { Some(waits(db, actor, say, &notice)?) } else { None },
        url: at(id),
        title: say.subject(&notice),
        phase: say.text(&format!("notices-phase-{phase}")),
        tag: tag(phase),
        by: notice.by.clone(),
        audience: say.audience(db, &notice)?,
        draft: if is_draft { Some(foreseen(db, say, &notice, asked)?) } else { None },
        way: if is_draft || is_waiting { None } else { Some(way(db, say, &notice, phase, asked)?) },
    })
}

pub(super) fn foreseen(
    db: &mut Db,
    say: &Say,
    notice: &Notice,
    asked: &Asked,
) -> Result<Foreseen, Fault> {
    let person: Option<PersonId> = asked.person.parse().ok();
    let found = notices::foresee(db, notice, person)?;
    let mut texts = vec![];
    if let Some(reader) = &found.shown {
        for language in Language::ALL.iter().filter(|l| notice.texts.of(**l).is_some()) {
            let now = say.site.now();
            let seen = notices::preview(db, &say.site, notice.id, reader.id, *language, now)?;
            texts.extend(seen.map(|(subject, text)| say.shown(*language, subject, text)));
        }
    }
    let sample =
        |r: &store::Reader| (r.name.clone(), format!("{}?person={}#letter", at(notice.id), r.id));
    Ok(Foreseen {
        count: found.counts.reached(),
        meant: i18n::number(found.counts.meant),
        reached: i18n::number(found.counts.reached()),
        without_address: found.counts.without_address,
        stopped: found.counts.stopped,
        sample: found.sample.iter().map(sample).collect(),
        shown: found.shown.map(|r| r.name),
        texts,
    })
}

fn waits(db: &mut Db, actor: &Actor, say: &Say, notice: &Notice) -> Result<Waits, Fault> {
    let confirmer = notice.confirmed_by.unwrap_or(notice.author);
    let (_, may) = watch::approvers(db, notice, confirmer, say.site.now())?;
    Ok(Waits {
        people: i18n::number(notice.confirmed_count.unwrap_or(0)),
        since: say.at(notice.confirmed_at.unwrap_or(notice.updated_at)),
        is_mine_to_decide: may.contains(&actor.person),
        approvers: watch::store::names(db, may)?,
        texts: say.written(notice),
    })
}

fn way(db: &mut Db, say: &Say, notice: &Notice, phase: Phase, asked: &Asked) -> Result<Way, Fault> {
    let counts = post::store::notice_counts(db, notice.id)?;
    let of = |state: State| counts.iter().find(|(s, _)| *s == state).map_or(0, |(_, n)| *n);
    let wrong = of(State::Failed) + of(State::Uncertain);
    let ended = wrong + of(State::Sent);
    let size = |n: i64| usize::try_from(n).unwrap_or(0);
    let state = State::parse(&asked.state);
    let page = PageNumber::of(asked.page);
    let mut lines = store::lines(db, notice.id, state, page)?;
    let state = state.map(|s| s.to_string()).unwrap_or_default();
    let paging = Paging::cut(&mut lines, page, &at(notice.id), &[("state", &state)]);
    let count = |state: &State| {
        let n = of(*state);
        (n > 0).then(|| Count {
            number: i18n::number(n),
            label: say.text(&format!("post-state-{state}")),
            url: format!("{}?state={state}", at(notice.id)),
        })
    };
    let all = std::iter::once((String::new(), say.text("post-all")));
    let due_at = notice.due_at.unwrap_or(notice.updated_at);
    let is_under_way = matches!(phase, Phase::Holding | Phase::Sending);
    Ok(Way {
        people: i18n::number(notice.confirmed_count.unwrap_or(0)),
        confirmed: notice.confirmed_at.map(|at| say.at(at)).unwrap_or_default(),
        due: say.at(night::morning(due_at, say.zone())),
        counts: State::ALL.iter().filter_map(count).collect(),
        is_holding: phase == Phase::Holding,
        is_writing: is_under_way && !notice.is_written,
        is_revoked: phase == Phase::Revoked,
        approved_by: say.name(db, notice.approved_by)?,
        brake: notice.paused_by,
        alarm: is_alarming(size(ended), size(wrong)).then_some((wrong, ended)),
        may_pause: is_under_way,
        may_resume: phase == Phase::Paused,
        may_stop: is_under_way || phase == Phase::Paused,
        moves: is_under_way,
        texts: say.written(notice),
        lines: lines.iter().map(|line| say.line(line)).collect(),
        paging,
        states: all
            .chain(State::ALL.iter().map(|s| (s.to_string(), say.text(&format!("post-state-{s}")))))
            .collect(),
        state,
    })
}

pub async fn discard(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| notices::discard(db, actor, id, stamp)).await {
        Ok(()) => Ok(done("/letters/notices", "notice-discarded")),
        Err(fault) => again(&visitor, fault, id).await,
    }
}

pub async fn try_out(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| notices::try_out(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&at(id), "notice-tried")),
        Err(fault) => again(&visitor, fault, id).await,
    }
}

pub async fn stop(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| notices::stop(db, actor, id, stamp)).await {
        Ok(NoticeState::Cancelled) => Ok(done(&at(id), "notice-cancelled")),
        Ok(_) => Ok(done(&at(id), "notice-aborted")),
        Err(fault) => again(&visitor, fault, id).await,
    }
}

pub async fn pause(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| notices::pause(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&at(id), "notice-paused")),
        Err(fault) => again(&visitor, fault, id).await,
    }
}

pub async fn resume(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let id = *id;
    match visitor.act(move |db, actor, stamp| notices::resume(db, actor, id, stamp)).await {
        Ok(()) => Ok(done(&at(id), "notice-resumed")),
        Err(fault) => again(&visitor, fault, id).await,
    }
}

async fn again(visitor: &Visitor, fault: Fault, id: NoticeId) -> Answer {
    let say = Say::of(visitor);
    let page = move |db: &mut Db, actor: &Actor| shown(db, actor, &say, id, &Asked::default());
    visitor.again(fault, "letters/notice.html", page).await
}

/// What is asked before a notice goes.
#[derive(Serialize)]
struct Confirm {
    url: String,
    is_draft: bool,
    title: String,
    unit: String,
    people: String,
    count: i64,
    minutes: i64,
    code_minutes: i64,
    goes: String,
    /// To how many people the visitor may still write today: (left, in a day).
    left: Option<(String, String)>,
    is_over: bool,
    /// Above so many people a second administrator must agree.
    approval_above: String,
    needs_approval: bool,
    approvers: Vec<String>,
    typed: String,
}

pub async fn confirmation(visitor: Visitor, id: Path<NoticeId>) -> Answer {
    let say = Say::of(&visitor);
    let page = move |db: &mut Db, actor: &Actor| confirm_page(db, actor, &say, *id, String::new());
    visitor.page("letters/notice_confirmation.html", page).await
}

fn confirm_page(
    db: &mut Db,
    actor: &Actor,
    say: &Say,
    id: NoticeId,
    typed: String,
) -> Result<Confirm, Fault> {
    let notice = notices::notice_for(db, actor, id)?;
    let count = store::counts(db, &notice.unit_path, &notice.filter)?.reached();
    let now = say.site.now();
    let goes = now.plus_minutes(HOLD_MINUTES);
    let left = watch::allowance(db, &say.site, actor, &notice, now)?;
    let above = say.site.limits.notice_approval_above;
    let needs_approval = watch::needs_second(db, &say.site, actor.person, &notice, count, now)?;
    let approvers = match needs_approval {
        true => watch::approvers(db, &notice, actor.person, now)?.1,
        false => Default::default(),
    };
    let shown = |a: Allowance| (i18n::number(a.left), i18n::number(a.most));
    Ok(Confirm {
        is_over: left.is_some_and(|a| count > a.left),
        left: left.map(shown),
        approval_above: i18n::number(above),
        needs_approval,
        approvers: watch::store::names(db, approvers)?,
        url: at(id),
        is_draft: notice.state == NoticeState::Draft,
        title: say.subject(&notice),
        unit: pick(say.language, &notice.unit_hi, &notice.unit_en).to_owned(),
        people: i18n::number(count),
        count,
        minutes: HOLD_MINUTES,
        code_minutes: proof::MINUTES,
        goes: say.at(night::morning(goes, say.zone())),
        typed,
    })
}

pub async fn ask_code(visitor: Visitor, id: Path<NoticeId>, _form: Form<Nothing>) -> Answer {
    let (id, secret) = (*id, visitor.site.secret.clone());
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        notices::ask_code(db, &secret, actor, id, stamp)
    };
    match visitor.act(act).await {
        Ok(()) => Ok(done(&format!("{}/confirmation", at(id)), "proof-sent")),
        Err(fault) => confirm_again(&visitor, fault, id, String::new()).await,
    }
}

pub async fn confirm(visitor: Visitor, id: Path<NoticeId>, form: Form<Confirmation>) -> Answer {
    let (id, site) = (*id, visitor.site.clone());
    let typed = form.0.count.clone();
    let act = move |db: &mut Db, actor: &Actor, stamp: &Stamp| {
        let entered = notices::confirm(db, &site, actor, id, &form.0, stamp)?;
        Ok((entered, store::notice(db, id)?.state))
    };
    let done_with = |(seen, state): (Entered, NoticeState)| seen.told().map(|()| state);
    match visitor.act(act).await.and_then(done_with) {
        Ok(NoticeState::Waiting) => Ok(done(&at(id), "notice-waiting")),
        Ok(_) => Ok(done(&at(id), "notice-confirmed")),
        Err(fault) => confirm_again(&visitor, fault, id, typed).await,
    }
}

async fn confirm_again(visitor: &Visitor, fault: Fault, id: NoticeId, typed: String) -> Answer {
    let say = Say::of(visitor);
    let page = move |db: &mut Db, actor: &Actor| confirm_page(db, actor, &say, id, typed);
    visitor.again(fault, "letters/notice_confirmation.html", page).await
}

fn tag(phase: Phase) -> &'static str {
    match phase {
        Phase::Done => "ok",
        Phase::Paused | Phase::Revoked => "bad",
        Phase::Waiting | Phase::Holding | Phase::Sending => "warn",
        Phase::Draft | Phase::Cancelled | Phase::Aborted => "neutral",
    }
}

/// Says a notice in a visitor's language.
impl Say {
    /// In the visitor's language, or the one that there is.
    pub(super) fn subject(&self, notice: &Notice) -> String {
        let (language, _) = notice.texts.speech(Some(self.language), self.language);
        let unit = pick(language, &notice.unit_hi, &notice.unit_en);
        let subject = notice.texts.of(language).map(|t| filled(&t.subject, "…", unit));
        subject.unwrap_or_default()
    }

    /// Its texts as they were written.
    fn written(&self, notice: &Notice) -> Vec<Shown> {
        let written = |language: &Language| {
            let text = notice.texts.of(*language)?;
            Some(self.shown(*language, text.subject.clone(), text.body.clone()))
        };
        Language::ALL.iter().filter_map(written).collect()
    }

    pub(super) fn name(&self, db: &mut Db, who: Option<PersonId>) -> Result<Option<String>, Fault> {
        Ok(watch::store::names(db, who)?.pop())
    }

    fn shown(&self, lang: Language, subject: String, text: String) -> Shown {
        Shown { lang, language: self.text(&format!("notices-language-{lang}")), subject, text }
    }

    pub(super) fn audience(
        &self,
        db: &mut Db,
        notice: &Notice,
    ) -> Result<Vec<(String, String)>, Fault> {
        let Filter { course, batch, place, verdict } = notice.filter;
        let course = course.map(|id| store::course_title(db, id)).transpose()?;
        let batch = batch.map(|id| store::batch_title(db, id)).transpose()?;
        let unit = pick(self.language, &notice.unit_hi, &notice.unit_en);
        let mut out = vec![(self.text("notices-unit"), format!("{unit} ({})", notice.unit_code))];
        let course = course.map(|(hi, en)| pick(self.language, &hi, &en).to_owned());
        let place = place.map(|p| self.text(&format!("notices-place-{p}")));
        let verdict = verdict.map(|v| self.text(&format!("notices-verdict-{v}")));
        let narrowed = [
            ("notices-course", course),
            ("notices-batch", batch),
            ("notices-place", place),
            ("notices-verdict", verdict),
        ];
        out.extend(narrowed.into_iter().filter_map(|(key, said)| Some((self.text(key), said?))));
        Ok(out)
    }

    fn line(&self, line: &Line) -> LineView {
        let why = line.reason.as_deref();
        LineView {
            url: format!("/letters/{}", line.id),
            person: line.person.clone(),
            state: self.text(&format!("post-state-{}", line.state)),
            tag: post::pages::tag(line.state),
            at: self.at(line.sent_at.unwrap_or(line.at)),
            reason: match why {
                Some(word) if reason::ALL.contains(&word) => {
                    self.text(&format!("post-reason-{word}"))
                }
                Some(said) => said.to_owned(),
                None => String::new(),
            },
        }
    }
}
