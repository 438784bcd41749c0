//! Texts in both languages, and how dates and times are said in each.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::kit::clock::Moment;
use crate::kit::columns::Language;

#[derive(RustEmbed)]
#[folder = "locales"]
struct Files;

/// Every text of the house, by key.
pub struct Texts {
    hi: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads `locales/{hi,en}/*.ftl`. A key that stands twice is an error.
    pub fn load() -> Result<Self, String> {
        Ok(Self { hi: bundle("hi")?, en: bundle("en")? })
    }

    pub fn say(&self, language: Language, key: &str) -> String {
        self.say_with(language, key, &[])
    }

    pub fn say_with(&self, language: Language, key: &str, args: &[(&str, String)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            // A number must reach the plural rules as one.
            match value.parse::<i64>() {
                Ok(n) if !value.starts_with('0') || n == 0 => fluent.set(*name, n),
                _ => fluent.set(*name, value.clone()),
            }
        }
        self.format(language, key, &fluent)
    }

    pub fn format(&self, language: Language, key: &str, args: &FluentArgs<'_>) -> String {
        let bundle = match language {
            Language::Hi => &self.hi,
            Language::En => &self.en,
        };
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            tracing::error!(key, language = language.word(), "no such text");
            return key.to_owned();
        };
        let mut errors = vec![];
        bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }

    pub fn has(&self, language: Language, key: &str) -> bool {
        match language {
            Language::Hi => self.hi.has_message(key),
            Language::En => self.en.has_message(key),
        }
    }
}

fn bundle(code: &str) -> Result<FluentBundle<FluentResource>, String> {
    let id: LanguageIdentifier = code.parse().map_err(|e| format!("{code}: {e:?}"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // The isolation marks would show in plain-text letters.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(group_digits));
    for path in Files::iter().filter(|p| p.starts_with(code) && p.ends_with(".ftl")) {
        let file = Files::get(&path).ok_or("a text file vanished")?;
        let text = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
        let resource =
            FluentResource::try_new(text).map_err(|(_, e)| format!("locales/{path}: {e:?}"))?;
        bundle.add_resource(resource).map_err(|e| format!("locales/{path}: {e:?}"))?;
    }
    Ok(bundle)
}

fn group_digits<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(n) if n.value.fract() == 0.0 && n.value.abs() < 1e15 => {
            Some(number(n.value as i64))
        }
        _ => None,
    }
}

/// Indian grouping (CLDR `#,##,##0`): 12,34,567.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let (head, tail) = digits.split_at(digits.len().saturating_sub(3));
    let mut out = String::new();
    for (i, c) in head.chars().enumerate() {
        if i > 0 && (head.len() - i) % 2 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !head.is_empty() {
        out.push(',');
    }
    out.push_str(tail);
    if n < 0 { format!("-{out}") } else { out }
}

/// The name in the reader's language.
pub fn pick<'a>(language: Language, hi: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Hi => hi,
        Language::En => en,
    }
}

const MONTHS_HI: [&str; 12] = [
    "जनवरी",
    "फरवरी",
    "मार्च",
    "अप्रैल",
    "मई",
    "जून",
    "जुलाई",
    "अगस्त",
    "सितंबर",
    "अक्टूबर",
    "नवंबर",
    "दिसंबर",
];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS_HI: [&str; 7] = ["सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि", "रवि"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS_WHOLE_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `नवंबर 2026` · `November 2026`.
pub fn month(language: Language, date: NaiveDate) -> String {
    let month = date.month0() as usize;
    let name = match language {
        Language::Hi => MONTHS_HI[month],
        Language::En => MONTHS_WHOLE_EN[month],
    };
    format!("{name} {}", date.year())
}

/// A day of the week, from Monday: `सोम` · `Mon`.
pub fn weekday(language: Language, from_monday: usize) -> &'static str {
    match language {
        Language::Hi => DAYS_HI[from_monday % 7],
        Language::En => DAYS_EN[from_monday % 7],
    }
}

/// `रवि, 29 नवंबर 2026` · `Sun 29 Nov 2026`.
pub fn day(language: Language, date: NaiveDate) -> String {
    match language {
        Language::Hi => format!("{} {}", day_short(language, date), date.year()),
        Language::En => format!("{} {}", day_short(language, date), date.year()),
    }
}

/// `रवि, 29 नवंबर` · `Sun 29 Nov`.
pub fn day_short(language: Language, date: NaiveDate) -> String {
    let (weekday, month) = (date.weekday().num_days_from_monday() as usize, date.month0() as usize);
    match language {
        Language::Hi => format!("{}, {} {}", DAYS_HI[weekday], date.day(), MONTHS_HI[month]),
        Language::En => format!("{} {} {}", DAYS_EN[weekday], date.day(), MONTHS_EN[month]),
    }
}

/// `29 नवंबर` · `29 Nov`: where the weekday stands elsewhere or would only take room.
pub fn date_short(language: Language, date: NaiveDate) -> String {
    let month = date.month0() as usize;
    match language {
        Language::Hi => format!("{} {}", date.day(), MONTHS_HI[month]),
        Language::En => format!("{} {}", date.day(), MONTHS_EN[month]),
    }
}

/// `29 नवंबर 2026` · `29 Nov 2026`.
pub fn date_short_with_year(language: Language, date: NaiveDate) -> String {
    format!("{} {}", date_short(language, date), date.year())
}

/// `सुबह 10:30` · `10:30 am`. Parts of the day as CLDR has them for Hindi: सुबह 4–12, दोपहर 12–16,
/// शाम 16–20, रात 20–4.
pub fn clock(language: Language, at: NaiveDateTime) -> String {
    let (pm, hour) = at.hour12();
    match language {
        Language::Hi => {
            let part = match at.hour() {
                4..=11 => "सुबह",
                12..=15 => "दोपहर",
                16..=19 => "शाम",
                _ => "रात",
            };
            format!("{part} {hour}:{:02}", at.minute())
        }
        Language::En => format!("{hour}:{:02} {}", at.minute(), if pm { "pm" } else { "am" }),
    }
}

/// `रवि, 29 नवंबर, सुबह 10:30` in the zone of the place.
pub fn day_and_clock(language: Language, at: Moment, zone: Tz) -> String {
    let local = at.local(zone);
    format!("{}, {}", day_short(language, local.date()), clock(language, local))
}

/// `रवि, 29 नवंबर 2026, सुबह 10:30`: when something was done.
pub fn instant(language: Language, at: Moment, zone: Tz) -> String {
    let local = at.local(zone);
    format!("{}, {}", day(language, local.date()), clock(language, local))
}

/// `रवि, 29 नवंबर 2026, सुबह 10:30 – दोपहर 12:30`; a session over midnight names both days.
pub fn span(language: Language, from: Moment, to: Moment, zone: Tz) -> String {
    let (from, to) = (from.local(zone), to.local(zone));
    let start = format!("{}, {}", day(language, from.date()), clock(language, from));
    if from.date() == to.date() {
        format!("{start} – {}", clock(language, to))
    } else {
        format!("{start} – {}, {}", day_short(language, to.date()), clock(language, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_the_indian_way() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (65_000, "65,000"),
            (1_234_567, "12,34,567"),
            (-1000, "-1,000"),
        ] {
            assert_eq!(number(n), text);
        }
    }

    #[test]
    fn times_are_said_naturally() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let zone = chrono_tz::Asia::Kolkata;
        let check = |language, from: &str, to: &str, said: &str| {
            assert_eq!(span(language, at(from), at(to), zone), said);
        };
        check(
            Language::Hi,
            "2026-11-29T05:00:00Z",
            "2026-11-29T07:00:00Z",
            "रवि, 29 नवंबर 2026, सुबह 10:30 – दोपहर 12:30",
        );
        check(
            Language::En,
            "2026-11-29T05:00:00Z",
            "2026-11-29T07:00:00Z",
            "Sun 29 Nov 2026, 10:30 am – 12:30 pm",
        );
        check(
            Language::En,
            "2026-11-29T17:00:00Z",
            "2026-11-29T19:00:00Z",
            "Sun 29 Nov 2026, 10:30 pm – Mon 30 Nov, 12:30 am",
        );
    }

    #[test]
    fn the_texts_load() {
        Texts::load().unwrap();
    }
}
