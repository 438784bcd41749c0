//! What pages about letters say, in the visitor's language and by the clock of the house.

use chrono_tz::Tz;

use crate::access::door::Visitor;
use crate::kit::clock::Moment;
use crate::kit::columns::Language;
use crate::kit::i18n;
use crate::kit::site::Site;

#[derive(Clone)]
pub struct Say {
    pub site: Site,
    pub language: Language,
}

impl Say {
    pub fn of(visitor: &Visitor) -> Self {
        Self { site: visitor.site.get_ref().clone(), language: visitor.language }
    }

    pub fn text(&self, key: &str) -> String {
        self.site.texts().say(self.language, key)
    }

    pub fn zone(&self) -> Tz {
        self.site.timezone
    }

    /// Day and clock.
    pub fn at(&self, at: Moment) -> String {
        i18n::day_and_clock(self.language, at, self.zone())
    }
}
