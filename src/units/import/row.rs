//! What one row of a table says of its unit.

use crate::kit::clean;
use crate::kit::clock::Moment;
use crate::kit::ids::{LevelId, UnitId};
use crate::kit::intake::{self, Record};
use crate::units::import::F;
use crate::units::rules;
use crate::units::store::UnitRow;

/// One mistake of a row: the field, the word of the error, what its sentence names.
pub(super) type Mistake = (F, &'static str, String, Vec<(&'static str, String)>);

/// A row while its errors are gathered.
pub(super) struct Row<'a> {
    pub(super) record: &'a Record,
    pub(super) errors: Vec<Mistake>,
}

impl Row<'_> {
    pub(super) fn get(&self, field: F) -> &str {
        self.record.get(field as usize)
    }

    pub(super) fn wrong(&mut self, field: F, code: &'static str) {
        let value = self.get(field).to_owned();
        self.errors.push((field, code, value, vec![]));
    }

    pub(super) fn wrong_with(
        &mut self,
        field: F,
        code: &'static str,
        args: Vec<(&'static str, String)>,
    ) {
        let value = self.get(field).to_owned();
        self.errors.push((field, code, value, args));
    }
}

pub(super) fn empty_row(now: Moment) -> UnitRow {
    UnitRow {
        id: UnitId(0),
        code: String::new(),
        level_id: LevelId(0),
        parent_id: None,
        constituency_id: None,
        path: String::new(),
        name_hi: String::new(),
        name_en: String::new(),
        folded: String::new(),
        census_code: None,
        population: None,
        timezone: None,
        contact_name: None,
        contact_phone: None,
        valid_from: None,
        valid_to: None,
        created_at: now,
        updated_at: now,
    }
}

/// What a row says of its unit's facts; empty cells say nothing.
pub(super) fn facts(row: &mut Row<'_>, known: Option<&UnitRow>) -> Option<UnitRow> {
    let mut out = empty_row(Moment::from_micros(0));
    let (hi, en) = (name(row, F::NameHi), name(row, F::NameEn));
    // A name in one language stands for both until the other is known.
    let copied = known.is_some_and(|k| k.name_hi == k.name_en);
    (out.name_hi, out.name_en) = match (hi.is_empty(), en.is_empty()) {
        (true, true) => {
            if known.is_none_or(|k| k.name_hi.is_empty()) {
                row.wrong(F::NameHi, "required");
            }
            (String::new(), String::new())
        }
        (true, false) if known.is_none() || copied => (en.clone(), en),
        (false, true) if known.is_none() || copied => (hi.clone(), hi),
        _ => (hi, en),
    };
    out.census_code = rules::census_code(row.get(F::Census));
    out.population = match row.get(F::Population).replace(',', "").as_str() {
        "" => None,
        text => {
            let number = text
                .strip_suffix(".0")
                .unwrap_or(text)
                .parse()
                .ok()
                .filter(|n| (0..=10_000_000_000).contains(n));
            if number.is_none() {
                row.wrong(F::Population, "number");
            }
            number
        }
    };
    out.contact_name = Some(name(row, F::ContactName)).filter(|n| !n.is_empty());
    out.contact_phone = phone(row);
    out.valid_from = date(row, F::ValidFrom);
    out.valid_to = date(row, F::ValidTo);
    let from = out.valid_from.or(known.and_then(|k| k.valid_from));
    if from.zip(out.valid_to).is_some_and(|(from, to)| to < from) {
        row.wrong(F::ValidTo, "before-start");
    }
    out.timezone = match row.get(F::Timezone).parse::<chrono_tz::Tz>() {
        Ok(zone) => Some(zone.name().to_owned()),
        Err(_) if row.get(F::Timezone).is_empty() => None,
        Err(_) => {
            row.wrong(F::Timezone, "timezone");
            None
        }
    };
    row.errors.is_empty().then_some(out)
}

fn name(row: &mut Row<'_>, field: F) -> String {
    let name = row.get(field).to_owned();
    if name.chars().count() > 120 {
        row.wrong_with(field, "too-long", vec![("most", "120".to_owned())]);
    } else if clean::holds_address(&name) {
        row.wrong(field, "address-in-name");
    }
    name
}

fn phone(row: &mut Row<'_>) -> Option<String> {
    let given = row.get(F::ContactPhone);
    if given.is_empty() {
        return None;
    }
    let mangled = intake::is_spreadsheet_number(given);
    let phone = clean::phone(given);
    if phone.is_none() {
        row.wrong(F::ContactPhone, if mangled { "phone-excel" } else { "phone" });
    }
    phone
}

fn date(row: &mut Row<'_>, field: F) -> Option<chrono::NaiveDate> {
    let given = row.get(field);
    if given.is_empty() {
        return None;
    }
    let day = intake::date(given);
    if day.is_none() {
        row.wrong(field, "date");
    }
    day
}

/// Lays what a row says over what is known: an empty cell takes nothing away.
pub(super) fn overlay(kept: &mut UnitRow, said: UnitRow) {
    if !said.name_hi.is_empty() {
        kept.name_hi = said.name_hi;
    }
    if !said.name_en.is_empty() {
        kept.name_en = said.name_en;
    }
    kept.census_code = said.census_code.or(kept.census_code.take());
    kept.population = said.population.or(kept.population);
    kept.contact_name = said.contact_name.or(kept.contact_name.take());
    kept.contact_phone = said.contact_phone.or(kept.contact_phone.take());
    kept.valid_from = said.valid_from.or(kept.valid_from);
    kept.valid_to = said.valid_to.or(kept.valid_to);
    kept.timezone = said.timezone.or(kept.timezone.take());
}
