//! From facts to the bytes of one letter: subject, text, HTML, calendar.

mod forwards;
mod news;
mod summary;

use chrono_tz::Tz;

use crate::access;
use crate::attendance::turns::Turn;
use crate::enrolment::offers;
use crate::enrolment::rules::Way;
use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::fault::Fault;
use crate::kit::i18n;
use crate::kit::ids::{OfferId, PersonId, SessionId};
use crate::kit::ledger;
use crate::kit::mail::{self, Draft};
use crate::kit::mail_text;
use crate::kit::site::Site;
use crate::letters::content::{
    About, Addressed, Content, Meeting, NextChance, Offered, Returned, Was,
};
use crate::letters::notices::rules::{NoticeFacts, filled, paragraphs as paragraphs_of};
use crate::letters::notices::watch;
use crate::letters::notices::watch::rules::NewsFacts;
use crate::letters::store::{self, Before, Facts, Person, Session, Trainer};
use crate::letters::templates::rules::{Case, Words};
use crate::letters::weekly;
use crate::post::bounces::Notice;
use crate::post::rules::{End, Kind, Series, reason};
use crate::post::store::Leased;
use crate::post::unsubscribe;
use crate::reminders;
use crate::reminders::answers;
use crate::reminders::answers::rules::Asked;
use crate::reminders::rules::Told;
use crate::schedule::ical::{self, Calendar, Event, Method, Party};
use crate::schedule::rules::BatchState;

/// A letter ready to go.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    pub address: String,
    pub bytes: String,
}

/// Makes one letter; or says how its try ends without one.
pub fn compose(site: &Site, facts: &Facts, letter: &Leased, now: Moment) -> Result<Composed, End> {
    // Its bytes are made when it is asked for; what it was made of is not kept.
    if letter.is_trial() {
        return Err(End::Refused(reason::TRIAL_ONCE.to_owned()));
    }
    let desk = Desk::of(site, facts, letter, now)?;
    sealed(site, desk.draft().map_err(|fault| End::Refused(fault.to_string()))?)
}

fn sealed(site: &Site, draft: Draft) -> Result<Composed, End> {
    let (address, signer) = (draft.to.clone(), site.letters.signer.as_deref());
    let bytes = mail::compose(draft, signer).map_err(End::Refused)?;
    Ok(Composed { address, bytes })
}

/// Which case of its kind a letter is.
pub fn case_of(site: &Site, facts: &Facts, letter: &Leased, now: Moment) -> Option<Case> {
    let desk = Desk::for_eyes(site, facts, letter, now).ok()?;
    desk.content().case(letter.kind)
}

/// A letter in one language for eyes that are not its reader's: none of its links opens anything.
pub fn look(
    site: &Site,
    facts: &Facts,
    letter: &Leased,
    language: Language,
    now: Moment,
) -> Result<Draft, End> {
    let desk = Desk { language, ..Desk::for_eyes(site, facts, letter, now)? };
    desk.in_one_language().map_err(|fault| End::Refused(fault.to_string()))
}

/// The same in both languages, for a person who tries it out, said to be a trial in its subject.
pub fn trial(
    site: &Site,
    facts: &Facts,
    letter: &Leased,
    (language, address, message_id): (Language, &str, &str),
    now: Moment,
) -> Result<Composed, End> {
    let mut desk = Desk { language, ..Desk::for_eyes(site, facts, letter, now)? };
    desk.told.both = true;
    address.clone_into(&mut desk.address);
    let mut draft = desk.draft().map_err(|fault| End::Refused(fault.to_string()))?;
    let args = [("subject", draft.subject)];
    draft.subject = site.texts().say_with(language, "templates-trial-subject", &args);
    draft.message_id = mail_text::message_id(message_id, &site.mail_from);
    // The name is that of the person whose letter is shown.
    draft.to_name.clear();
    sealed(site, draft)
}

/// A view link works until this long after the last session it is about.
const LINK_DAYS: i64 = 2;
/// One that is about no session.
const LINK_DAYS_ALONE: i64 = 30;

/// What stands for a code where there is none.
const SHOWN_CODE: &str = "123456";

/// So many sessions come as calendar messages of their own; more would be a pile of files.
const MOST_MESSAGES: usize = 10;

/// One letter on the desk, with all that belongs to it.
struct Desk<'a> {
    site: &'a Site,
    facts: &'a Facts,
    letter: &'a Leased,
    now: Moment,
    id: PersonId,
    person: &'a Person,
    address: String,
    language: Language,
    told: Told,
    sessions: Vec<(SessionId, &'a Session)>,
    /// For somebody who is not its reader: no link opens what is the reader's own, no calendar
    /// entry comes with it.
    is_for_eyes: bool,
}

impl<'a> Desk<'a> {
    fn for_eyes(
        site: &'a Site,
        facts: &'a Facts,
        letter: &'a Leased,
        now: Moment,
    ) -> Result<Self, End> {
        Ok(Self { is_for_eyes: true, ..Self::with(site, facts, letter, "", now)? })
    }

    fn of(site: &'a Site, facts: &'a Facts, letter: &'a Leased, now: Moment) -> Result<Self, End> {
        let asked_by = match letter.kind {
            Kind::SignIn => sign_in_facts(letter).map(|f| f.email),
            _ => None,
        };
        let person = letter.person.and_then(|id| facts.people.get(&id));
        // Not "no address", which would have the unit tell it.
        if person.is_some_and(|p| p.is_erased) {
            return Err(End::Unwanted);
        }
        let address = asked_by.or_else(|| person.and_then(|p| p.address.clone()));
        match address {
            Some(address) => Self::with(site, facts, letter, &address, now),
            // Whether there is anybody is asked first.
            None => match Self::with(site, facts, letter, "", now) {
                Err(End::Refused(why)) => Err(End::Refused(why)),
                _ => Err(End::Missed(reason::NO_ADDRESS)),
            },
        }
    }

    fn with(
        site: &'a Site,
        facts: &'a Facts,
        letter: &'a Leased,
        address: &str,
        now: Moment,
    ) -> Result<Self, End> {
        let gone = || End::Refused("the person is gone".to_owned());
        let id = letter.person.ok_or_else(gone)?;
        let person = facts.people.get(&id).ok_or_else(gone)?;
        let told = reminders::told(&letter.facts);
        let mut sessions = Vec::new();
        for (session, revision) in &told.sessions {
            let found = facts.sessions.get(session).filter(|s| s.revision == *revision);
            sessions.push((*session, found.ok_or(End::Unwanted)?));
        }
        sessions.sort_by_key(|(id, s)| (s.starts_at, *id));
        let stands = match letter.kind {
            Kind::Digest => facts.digests.stands(letter.id, id, now),
            Kind::Weekly => {
                weekly::week(&letter.facts).is_some_and(|week| facts.weekly.says(&week))
            }
            _ => true,
        };
        if !stands {
            return Err(End::Unwanted);
        }
        let mut told = told;
        let mut language = person.language.unwrap_or(site.language);
        if letter.kind == Kind::Notice {
            let notice = notice(letter).ok_or(End::Unwanted)?;
            let texts = &facts.notices.get(&notice.notice).ok_or(End::Unwanted)?.texts;
            (language, told.both) = notice.speech(texts, person.language, site.language);
        }
        let (address, is_for_eyes) = (address.to_owned(), false);
        Ok(Self {
            site,
            facts,
            letter,
            now,
            id,
            person,
            address,
            language,
            told,
            sessions,
            is_for_eyes,
        })
    }

    fn draft(&self) -> Result<Draft, Fault> {
        let mut draft = self.in_one_language()?;
        if self.told.both {
            let language = match self.language {
                Language::Hi => Language::En,
                Language::En => Language::Hi,
            };
            let (told, sessions) = (self.told.clone(), self.sessions.clone());
            let other = Self { language, told, sessions, address: self.address.clone(), ..*self };
            let below = other.in_one_language()?;
            draft.text = format!("{}\n{RULE}\n\n{}", draft.text, below.text);
            draft.html = beneath(&draft.html, &below.html, language);
        }
        Ok(draft)
    }

    fn in_one_language(&self) -> Result<Draft, Fault> {
        let content = self.content();
        let kind = self.letter.kind;
        let none = Words::default();
        let own = content.case(kind).and_then(|case| self.facts.own.get(&case));
        let own = own.map_or(&none, |text| text.said_in(self.language));
        let mut sheet = self.site.views.sheet(self.language, &content)?;
        let spoken = content.spoken(&sheet, kind, own, self.site.letters.neutral)?;
        sheet.put("opening", &spoken.opening);
        sheet.put("closing", &spoken.closing);
        let part = |name: &str| sheet.text(&format!("mail/{kind}/{name}"));
        let from = self.site.mail_from.to_string();
        Ok(Draft {
            to_name: self.person.name.clone(),
            to: self.address.clone(),
            subject: spoken.subject,
            text: paragraphs(&part("body.txt")?),
            html: part("body.html")?,
            calendar: if self.is_for_eyes { vec![] } else { self.calendar(&content) },
            message_id: mail_text::message_id(&self.letter.message_id, &from),
            references: if self.is_for_eyes { None } else { self.thread() },
            language: self.language.word(),
            unsubscribe: content.stop_url.clone().filter(|_| !self.is_for_eyes),
            list: (kind != Kind::SignIn).then(|| format!("letters.{}", mail_text::domain(&from))),
            reply_to: self.site.letters.reply_to.as_ref().map(ToString::to_string),
            date: Some(self.now),
            from,
        })
    }

    fn content(&self) -> Content {
        let batch = self.letter.batch.and_then(|id| self.facts.batches.get(&id));
        let course = batch.map(|b| self.either(&b.course_hi, &b.course_en)).unwrap_or_default();
        let sessions: Vec<Meeting> =
            self.sessions.iter().map(|(id, s)| self.meeting(*id, s, &course)).collect();
        let url = self.url();
        let other = if self.language == Language::Hi { "en" } else { "hi" };
        let code = sign_in_facts(self.letter)
            .and_then(|f| f.code.parse().ok())
            .map(|id| access::code_of(&self.site.secret, id));
        let code = code.or_else(|| self.is_for_eyes.then(|| SHOWN_CODE.to_owned()));
        let cause = cause(self.letter);
        let roster = self.roster();
        Content {
            lang: self.language,
            name: self.person.name.clone(),
            batch: batch.map(|b| b.title.clone()).unwrap_or_default(),
            count: sessions.len(),
            first: sessions.first().cloned(),
            sessions,
            chance: self.chance(),
            is_staff: self.letter.enrolment.is_none(),
            names: roster.len(),
            roster,
            asks: !self.told.asks.is_empty(),
            was: self.was(),
            reason: cause
                .reason
                .clone()
                .or_else(|| batch.and_then(|b| b.cancel_reason.clone()))
                .or_else(|| self.reason()),
            is_off: batch.is_some_and(|b| b.state == BatchState::Cancelled),
            position: self.letter.enrolment.and_then(|e| self.facts.positions.get(&e).copied()),
            is_today: self.sessions.first().is_some_and(|(_, s)| self.is_today(s)),
            offer: self.offered(&cause),
            about: cause.about.and_then(|id| self.about(id)),
            was_put_forward: cause.way == Some(Way::Nomination),
            turn: cause.turn,
            code: code.map(|c| format!("{} {}", &c[..3], &c[3..])).unwrap_or_default(),
            other_language_url: match url.contains('?') {
                true => format!("{url}&lang={other}"),
                false => format!("{url}?lang={other}"),
            },
            url,
            contact: self.contact(self.person),
            stop_url: self.letter.kind.series().map(|series| self.stop_url(series)),
            returned: bounced(self.letter).map(|notice| Returned {
                name: self
                    .facts
                    .people
                    .get(&notice.person)
                    .map_or_else(String::new, |p| p.name.clone()),
                address: notice.address,
                said: notice.said,
            }),
            kind: self.letter.kind,
            today: i18n::date_short(self.language, self.now.date_in(self.site.timezone)),
            forwards: self.forwards(),
            others: self.others(),
            weekly: self.summary(),
            notice: self.said(),
            news: self.heard(),
            is_proof: sign_in_facts(self.letter).is_some_and(|f| f.page.is_some()),
            course,
        }
    }

    /// Whom somebody may ask.
    fn contact(&self, person: &Person) -> Option<String> {
        let contact = self.facts.contacts.get(&person.unit)?;
        let phone = clean::phone_shown(&contact.phone);
        Some(contact.name.as_ref().map_or(phone.clone(), |name| format!("{name}, {phone}")))
    }

    /// The text of a notice for this reader, in this language.
    fn said(&self) -> Option<Addressed> {
        let notice = notice(self.letter)?;
        let text = self.facts.notices.get(&notice.notice)?.texts.of(self.language)?;
        let (hi, en) = &self.person.unit_name;
        let unit = self.either(hi, en);
        let subject = filled(&text.subject, &self.person.name, &unit);
        let body = filled(&text.body, &self.person.name, &unit);
        let paragraphs = paragraphs_of(&body);
        Some(Addressed { subject, text: body, paragraphs, unit, is_trial: notice.is_trial })
    }

    /// The next session with what was missed, within the person's district.
    fn chance(&self) -> Option<NextChance> {
        let (missed, _) = self.sessions.first()?;
        let near = |path: &str| {
            let far = self.person.path.len().min(2 * store::SEGMENT);
            path.starts_with(self.person.path.get(..far).unwrap_or_default())
                || self.person.path.starts_with(path)
        };
        let chances = self.facts.chances.get(missed)?;
        let chance = chances.iter().find(|c| near(&c.path))?;
        let zone = chance.timezone.parse().unwrap_or(self.site.timezone);
        Some(NextChance {
            when: i18n::span(self.language, chance.starts_at, chance.ends_at, zone),
            day: i18n::day_short(self.language, chance.starts_at.date_in(zone)),
            place: chance.venue.as_ref().map(|(hi, en)| self.either(hi, en)),
        })
    }

    fn roster(&self) -> Vec<(String, Option<String>)> {
        if self.letter.kind != Kind::Roster {
            return vec![];
        }
        let names = self.letter.batch.and_then(|batch| self.facts.rosters.get(&batch));
        let said = |t: &Trainer| (t.name.clone(), t.phone.as_deref().map(clean::phone_shown));
        names.map(|names| names.iter().map(said).collect()).unwrap_or_default()
    }

    fn stop_url(&self, series: Series) -> String {
        if self.is_for_eyes {
            return self.site.base_url.to_string();
        }
        // Whoever looks at a draft shall not hold the key of somebody else.
        if notice(self.letter).is_some_and(|n| n.shown_in.is_some()) {
            return format!("{}/unsubscribe/preview", self.site.base_url);
        }
        let token = unsubscribe::token(&self.site.secret, self.id, series);
        format!("{}/unsubscribe/{token}", self.site.base_url)
    }

    /// Why sessions were cancelled, when it is the same for all of them.
    fn reason(&self) -> Option<String> {
        let mut reasons = self.sessions.iter().map(|(_, s)| s.cancel_reason.as_ref());
        let first = reasons.next()??;
        reasons.all(|r| r == Some(first)).then(|| first.clone())
    }

    /// The person's own page, by a link that only shows; the sign-in page for a code; the page of
    /// whom a letter is about.
    fn url(&self) -> String {
        let base = &self.site.base_url;
        if self.is_for_eyes {
            return format!("{base}/me");
        }
        if let Some(notice) = bounced(self.letter) {
            return format!("{base}/people/{}", notice.person);
        }
        match (self.letter.kind, cause(self.letter).offer) {
            (Kind::SignIn, _) => {
                let page = sign_in_facts(self.letter).and_then(|f| f.page);
                return format!("{base}{}", page.as_deref().unwrap_or("/sign-in"));
            }
            (Kind::Notice, _) => return base.to_string(),
            (Kind::NoticeNews, _) => return format!("{base}{}", self.news_page()),
            (Kind::Offer, Some(offer)) => {
                return format!("{base}/offers/{}", offers::token(&self.site.secret, offer));
            }
            (Kind::Request, _) => return format!("{base}/requests"),
            (Kind::Lapse | Kind::Decision, _) => return format!("{base}/me/courses"),
            _ => {}
        }
        match self.letter.kind {
            Kind::Roster => return format!("{base}/today"),
            Kind::Digest => return format!("{base}/letters"),
            Kind::Weekly => {
                let week = weekly::week(&self.letter.facts);
                let unit = week.and_then(|w| Some(*self.facts.weekly.of_week(&w).first()?));
                let code = unit.map(|unit| encoded(&unit.code)).unwrap_or_default();
                return format!("{base}/completion?unit={code}");
            }
            Kind::Overdue => {
                let session = self.sessions.first().map(|(id, _)| *id);
                return session.map_or(format!("{base}/today"), |id| {
                    format!("{base}/sessions/{id}/roll-call")
                });
            }
            _ => {}
        }
        let last = self.sessions.iter().map(|(_, s)| s.ends_at).max();
        let until = match last {
            Some(end) => end.plus_days(LINK_DAYS),
            None => self.now.plus_days(LINK_DAYS_ALONE),
        };
        format!("{base}/l/{}", access::view_token(&self.site.secret, self.id, until))
    }

    fn meeting(&self, id: SessionId, session: &Session, course: &str) -> Meeting {
        let zone = self.zone(session);
        let language = self.language;
        // Somebody who need not come any more knows the session by the time last told.
        let known = match self.letter.kind {
            Kind::Cancellation | Kind::Withdrawal => self.before(id),
            _ => None,
        };
        let (starts_at, ends_at) =
            known.map_or((session.starts_at, session.ends_at), |b| (b.starts_at, b.ends_at));
        let local = starts_at.local(zone);
        let trainers: Vec<String> = session
            .trainers
            .iter()
            .map(|t| match &t.phone {
                Some(phone) => format!("{} ({})", t.name, clean::phone_shown(phone)),
                None => t.name.clone(),
            })
            .collect();
        Meeting {
            title: self.title(session, course),
            when: i18n::span(language, starts_at, ends_at, zone),
            at: i18n::day_and_clock(language, starts_at, zone),
            day: i18n::day_short(language, local.date()),
            date: i18n::date_short(language, local.date()),
            clock: i18n::clock(language, local),
            place: session.venue.as_ref().map(|v| self.either(&v.name_hi, &v.name_en)),
            address: session.venue.as_ref().map(|v| v.address.clone()).filter(|a| !a.is_empty()),
            map_url: session.venue.as_ref().and_then(|v| v.map_url.clone()),
            link: session.link.clone(),
            trainers: (!trainers.is_empty()).then(|| trainers.join(", ")),
            was: match self.letter.kind {
                Kind::Change => self.was_of(id, session),
                _ => None,
            },
            answer_url: self.told.asks.contains(&id).then(|| {
                if self.is_for_eyes {
                    return self.site.base_url.to_string();
                }
                let asked = Asked { session: id, person: self.id };
                let token = answers::rules::token(&self.site.secret, asked, session.starts_at);
                format!("{}/answers/{token}", self.site.base_url)
            }),
        }
    }

    /// The first of what the sessions said before.
    fn was(&self) -> Option<Was> {
        let before =
            |(id, session): &(SessionId, &'a Session)| Some((*id, *session, self.before(*id)?));
        let first =
            self.sessions.iter().filter_map(before).min_by_key(|(id, _, b)| (b.starts_at, *id));
        first.and_then(|(id, session, _)| self.was_of(id, session))
    }

    fn offered(&self, cause: &Cause) -> Option<Offered> {
        let zone = cause.zone.as_deref().and_then(|z| z.parse().ok()).unwrap_or(self.site.timezone);
        let said = |at| i18n::day_and_clock(self.language, at, zone);
        let day = |at: Moment| i18n::date_short(self.language, at.date_in(zone));
        Some(Offered {
            until: said(cause.ends_at?),
            day: cause.begins_at.map(day),
            begins: cause.begins_at.map(said),
        })
    }

    fn about(&self, id: PersonId) -> Option<About> {
        let person = self.facts.people.get(&id)?;
        let phone = person.phone.as_deref().map(clean::phone_shown);
        Some(About { name: person.name.clone(), phone })
    }

    fn was_of(&self, id: SessionId, session: &Session) -> Option<Was> {
        let before = self.before(id)?;
        let (zone, language) = (self.zone(session), self.language);
        let (old, new) = (before.starts_at.local(zone), session.starts_at.local(zone));
        let place = match (&before.venue_hi, &before.venue_en) {
            (Some(hi), Some(en)) => Some(self.either(hi, en)),
            _ => None,
        };
        let now_at = session.venue.as_ref().map(|v| self.either(&v.name_hi, &v.name_en));
        Some(Was {
            when: i18n::span(language, before.starts_at, before.ends_at, zone),
            day: i18n::day_short(language, old.date()),
            at: if old.date() == new.date() {
                i18n::clock(language, old)
            } else {
                i18n::day_and_clock(language, before.starts_at, zone)
            },
            time_changed: (before.starts_at, before.ends_at)
                != (session.starts_at, session.ends_at),
            place_changed: place != now_at,
            place,
        })
    }

    fn before(&self, id: SessionId) -> Option<&Before> {
        let (_, revision) = self.told.before.iter().find(|(told, _)| *told == id)?;
        self.facts.before.get(&(id, *revision))
    }

    fn title(&self, session: &Session, course: &str) -> String {
        let names: Vec<String> =
            session.modules.iter().map(|(hi, en)| self.either(hi, en)).collect();
        if names.is_empty() { course.to_owned() } else { names.join(", ") }
    }

    fn is_today(&self, session: &Session) -> bool {
        let zone = self.zone(session);
        session.starts_at.date_in(zone) == self.now.date_in(zone)
    }

    fn zone(&self, session: &Session) -> Tz {
        session.timezone.parse().unwrap_or(self.site.timezone)
    }

    fn either(&self, hi: &str, en: &str) -> String {
        match self.language {
            Language::Hi => hi.to_owned(),
            Language::En => en.to_owned(),
        }
    }

    /// Every later letter of an enrolment stands under its confirmation.
    fn thread(&self) -> Option<String> {
        let enrolment = self.letter.enrolment.filter(|_| cause(self.letter).about.is_none())?;
        let round = self.facts.enrolments.get(&enrolment)?.round;
        if matches!(self.letter.kind, Kind::Confirmation | Kind::Waiting) {
            return None;
        }
        let first = ledger::message_id(&format!("confirmation:{enrolment}:{round}"));
        Some(mail_text::message_id(&first, &self.site.mail_from))
    }

    /// One iTIP message for each session, since each has a UID of its own and RFC 5546 (3.2.2, 3.2.5)
    /// wants one in a message. Of many sessions it is one published file instead.
    fn calendar(&self, content: &Content) -> Vec<(&'static str, String)> {
        let method = match self.letter.kind {
            Kind::Confirmation | Kind::Invitation | Kind::Change => Method::Request,
            Kind::Cancellation | Kind::Withdrawal => Method::Cancel,
            Kind::SignIn
            | Kind::Waiting
            | Kind::Reminder
            | Kind::Offer
            | Kind::Lapse
            | Kind::Request
            | Kind::Decision
            | Kind::Apology
            | Kind::Absence
            | Kind::Completion
            | Kind::Roster
            | Kind::Overdue
            | Kind::Bounce
            | Kind::Digest
            | Kind::Weekly
            | Kind::Notice
            | Kind::NoticeNews => return vec![],
        };
        let words: Vec<(String, String)> = self
            .sessions
            .iter()
            .map(|(_, s)| (self.title(s, &content.course), self.location(s).unwrap_or_default()))
            .collect();
        let events: Vec<Event<'_>> = self
            .sessions
            .iter()
            .zip(&words)
            .map(|((id, s), (summary, location))| Event {
                session: *id,
                person: self.id,
                sequence: self.sequence(s),
                starts_at: s.starts_at,
                ends_at: s.ends_at,
                zone: self.zone(s),
                summary,
                location,
                description: "",
                url: &content.url,
                cancelled: method == Method::Cancel,
            })
            .collect();
        let from = &self.site.mail_from;
        let file = |method: Method, events: Vec<Event<'_>>| {
            let text = ical::text(&Calendar {
                method,
                domain: mail_text::domain(from),
                stamp: self.now,
                organizer: Party { name: mail_text::name(from), address: mail_text::address(from) },
                attendee: Some(Party { name: &self.person.name, address: &self.address }),
                events,
            });
            (method.word(), text)
        };
        match events.len() {
            ..=MOST_MESSAGES => events.into_iter().map(|e| file(method, vec![e])).collect(),
            _ => vec![file(Method::Publish, events)],
        }
    }

    /// The calendar's SEQUENCE for this person: revision − 1, and two more for each time the person
    /// took a seat, or was named as a trainer, again. A withdrawal lies between, so that nothing is ever taken for an older
    /// message (RFC 5546, 2.1.4).
    fn sequence(&self, session: &Session) -> i32 {
        let enrolment = self.letter.enrolment.and_then(|id| self.facts.enrolments.get(&id));
        let rounds_before = enrolment.map_or(0, |e| (e.round - 1).max(0));
        let is_leaving = self.letter.kind == Kind::Withdrawal;
        let before = rounds_before + self.told.again;
        session.revision - 1 + 2 * before + i32::from(is_leaving)
    }

    fn location(&self, session: &Session) -> Option<String> {
        let Some(venue) = &session.venue else { return session.link.clone() };
        let name = self.either(&venue.name_hi, &venue.name_en);
        Some(if venue.address.is_empty() { name } else { format!("{name}, {}", venue.address) })
    }
}

/// Whose address is blocked, in the letter that tells of it.
pub fn bounced(letter: &Leased) -> Option<Notice> {
    (letter.kind == Kind::Bounce).then(|| serde_json::from_str(&letter.facts).ok())?
}

/// What a sign-in letter's facts hold: the code's id (never the code) and the address that asked.
#[derive(serde::Deserialize)]
struct SignInFacts {
    code: String,
    email: String,
    /// Where it is entered, when it is to confirm something and signs nobody in.
    #[serde(default)]
    page: Option<String>,
}

/// What a letter's facts hold when a step caused it (enrolment/post.rs, attendance/turns.rs).
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Cause {
    pub offer: Option<OfferId>,
    pub ends_at: Option<Moment>,
    pub begins_at: Option<Moment>,
    pub zone: Option<String>,
    pub about: Option<PersonId>,
    pub way: Option<Way>,
    pub turn: Option<Turn>,
    pub reason: Option<String>,
}

pub fn cause(letter: &Leased) -> Cause {
    match letter.kind.is_caused() {
        true => serde_json::from_str(&letter.facts).unwrap_or_default(),
        false => Cause::default(),
    }
}

/// The notice that a letter is one of.
pub fn notice(letter: &Leased) -> Option<NoticeFacts> {
    (letter.kind == Kind::Notice).then(|| serde_json::from_str(&letter.facts).ok())?
}

/// What a letter tells of a notice to those who administer its unit.
pub fn news_of(letter: &Leased) -> Option<NewsFacts> {
    (letter.kind == Kind::NoticeNews).then(|| watch::news(&letter.facts))?
}

fn sign_in_facts(letter: &Leased) -> Option<SignInFacts> {
    (letter.kind == Kind::SignIn).then(|| serde_json::from_str(&letter.facts).ok())?
}

/// Between the two languages of a text.
const RULE: &str = "————";

/// The letter of the second language under that of the first, in one page.
fn beneath(first: &str, second: &str, language: Language) -> String {
    let (Some(from), Some(to)) = (second.find("<div class=\"letter\">"), second.find("</body>"))
    else {
        return first.to_owned();
    };
    let letter = second.get(from..to).unwrap_or_default();
    first.replacen("</body>", &format!("<div lang=\"{language}\">{letter}</div>\n</body>"), 1)
}

/// A code as part of an address.
fn encoded(code: &str) -> String {
    url::form_urlencoded::byte_serialize(code.as_bytes()).collect()
}

/// One empty line between paragraphs, whatever a template left out.
fn paragraphs(text: &str) -> String {
    let mut out = text.trim().to_owned() + "\n";
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out
}
