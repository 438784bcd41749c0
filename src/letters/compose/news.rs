//! What administrators hear of a letter to many: who writes to how many, never what to whom.

use crate::kit::i18n;
use crate::kit::night;
use crate::letters::compose::{Desk, news_of};
use crate::letters::content::Heard;
use crate::letters::notices::rules::filled;
use crate::letters::notices::watch::rules::News;

impl Desk<'_> {
    pub(super) fn heard(&self) -> Option<Heard> {
        let told = news_of(self.letter)?;
        let gist = self.facts.notices.get(&told.notice)?;
        let (hi, en) = &gist.unit;
        let unit = self.either(hi, en);
        let text = |key: &str| self.site.texts().say(self.language, key);
        let count = [("count", told.people.to_string()), ("shown", i18n::number(told.people))];
        let people = self.site.texts().say_with(self.language, "notices-news-people", &count);
        let args = [
            ("by", gist.by.clone()),
            ("second", gist.second.clone().unwrap_or_default()),
            ("people", people),
            ("unit", unit.clone()),
        ];
        let say = |key: &str| self.site.texts().say_with(self.language, key, &args);
        let (language, _) = gist.texts.speech(Some(self.language), self.language);
        let mut facts = vec![];
        if let Some(text_of) = gist.texts.of(language) {
            facts.push((text("notices-subject"), filled(&text_of.subject, "…", &unit)));
        }
        if let Some(goes_at) = told.goes_at.filter(|_| told.news != News::Revoked) {
            let zone = self.site.timezone;
            let goes = night::morning(goes_at, zone);
            facts.push((text("notices-goes-from"), i18n::day_and_clock(self.language, goes, zone)));
        }
        if let Some(reason) = gist.sent_back_reason.as_ref().filter(|_| told.news == News::SentBack)
        {
            facts.push((text("notices-sent-back-reason"), reason.clone()));
        }
        let news = told.news;
        Some(Heard {
            subject: say(&format!("notices-news-subject-{news}")),
            what: say(&format!("notices-news-what-{news}")),
            facts,
            act: say(&format!("notices-news-act-{news}")),
            button: text(&format!("notices-news-button-{news}")),
        })
    }

    /// Where its reader acts.
    pub(super) fn news_page(&self) -> String {
        match news_of(self.letter) {
            Some(told) if told.news == News::Waiting => {
                format!("/letters/notices/{}/approval", told.notice)
            }
            Some(told) => format!("/letters/notices/{}", told.notice),
            None => "/letters/notices".to_owned(),
        }
    }
}
