//! What a digest passes on: each person without an address, with a text in the own language.

use std::collections::{BTreeMap, BTreeSet};

use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::i18n;
use crate::kit::ids::{PersonId, SessionId};
use crate::letters::compose::Desk;
use crate::letters::content::Forward;
use crate::letters::digests;
use crate::letters::digests::rules::Line;
use crate::letters::digests::store::Row;
use crate::letters::store::{Person, Session};
use crate::post::rules::Kind;

impl<'a> Desk<'a> {
    /// Each person of a digest once, whoever must know first on top.
    pub(super) fn forwards(&self) -> Vec<Forward> {
        let rows = match self.letter.kind {
            Kind::Digest => self.facts.digests.rows.get(&self.letter.id),
            _ => None,
        };
        let mut of_person: BTreeMap<PersonId, Vec<(&Row, Line)>> = BTreeMap::new();
        for row in rows.into_iter().flatten() {
            of_person.entry(row.person).or_default().push((row, row.line()));
        }
        let mut out: Vec<(Option<Moment>, Forward)> =
            of_person.iter().filter_map(|(id, rows)| self.forward(*id, rows)).collect();
        out.sort_by(|(a, one), (b, other)| {
            (a.is_none(), a, &one.name).cmp(&(b.is_none(), b, &other.name))
        });
        out.into_iter().map(|(_, forward)| forward).collect()
    }

    fn forward(&self, id: PersonId, rows: &[(&Row, Line)]) -> Option<(Option<Moment>, Forward)> {
        let person = self.facts.people.get(&id)?;
        let scene = &self.facts.digests.scene;
        let language = person.language.unwrap_or(self.site.language);
        let lines: Vec<&Line> = rows.iter().map(|(_, line)| line).collect();
        let said = digests::rules::said(&lines);
        let mut about: Vec<String> = vec![];
        let mut paragraphs = vec![self.site.texts().say_with(
            language,
            "letters-dear",
            &[("name", person.name.clone())],
        )];
        for (row, line) in rows {
            if !said.iter().any(|l| l.letter == line.letter) {
                continue;
            }
            paragraphs.push(self.news(row, line, person, language)?);
            let kind = self.site.texts().say(self.language, &format!("post-kind-{}", row.kind));
            let batch = row.batch.and_then(|batch| self.facts.batches.get(&batch));
            about.push(batch.map_or(kind.clone(), |b| format!("{kind}: {}", b.title)));
        }
        if let Some(contact) = self.contact(person) {
            let args = [("contact", contact)];
            paragraphs.push(self.site.texts().say_with(language, "letters-contact", &args));
        }
        let deadlines =
            lines.iter().filter_map(|l| digests::rules::news(l, scene, self.now).deadline);
        let until = deadlines.min();
        let zone = scene.zones.get(&id).copied().unwrap_or(self.site.timezone);
        let text = paragraphs.join("\n\n");
        Some((
            until,
            Forward {
                name: person.name.clone(),
                phone: person.phone.as_deref().map(clean::phone_shown),
                call: person.phone.clone(),
                about: about.join("; "),
                until: until.map(|at| i18n::day_and_clock(self.language, at, zone)),
                lang: language,
                lines: text.lines().map(str::to_owned).collect(),
                text,
            },
        ))
    }

    /// What a letter would have said, in few words that name neither course nor batch and hold no
    /// link of the person's own: it goes through other hands.
    fn news(
        &self,
        row: &Row,
        line: &Line,
        person: &'a Person,
        language: Language,
    ) -> Option<String> {
        let mut told = line.told.clone();
        if matches!(row.kind, Kind::Confirmation | Kind::Invitation) {
            told.sessions = digests::rules::coming(line, &self.facts.digests.scene, self.now);
        }
        let known = |(id, _): &(SessionId, i32)| Some((*id, self.facts.sessions.get(id)?));
        let mut sessions: Vec<(SessionId, &Session)> =
            told.sessions.iter().filter_map(known).collect();
        sessions.sort_by_key(|(id, s)| (s.starts_at, *id));
        let letter = row.letter();
        let desk = Desk {
            letter: &letter,
            id: row.person,
            person,
            address: String::new(),
            language,
            told,
            sessions,
            ..*self
        };
        let training = self.site.texts().say(language, "letters-training");
        let content = desk.content().neutral(&training);
        let text = self.site.views.text(language, "mail/digest/news.txt", &content).ok()?;
        Some(text.trim().to_owned())
    }

    /// Who else of the same unit has one of the lines, so that they can agree.
    pub(super) fn others(&self) -> Option<String> {
        if self.letter.kind != Kind::Digest {
            return None;
        }
        let scene = &self.facts.digests.scene;
        let rows = self.facts.digests.rows.get(&self.letter.id)?;
        let also: BTreeSet<PersonId> =
            rows.iter().flat_map(|row| scene.contacts_of(&row.line())).collect();
        let names: Vec<&str> = also
            .iter()
            .filter(|other| **other != self.id)
            .filter_map(|other| Some(self.facts.people.get(other)?.name.as_str()))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
