//! Tables taken in: which column fills which field, what was mended, what became of each row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use crate::kit::clean;
use crate::kit::columns::Language;
use crate::kit::fault::{Fault, Fields};
use crate::kit::i18n::Texts;
use crate::kit::tables::{self, Table};

/// A field that a table may fill, with the headers that are known for it.
pub struct Field {
    pub name: &'static str,
    pub headers: &'static [&'static str],
}

/// What the sender of a table says about it. Without a word, known headers are matched.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// (field, header).
    pub columns: Vec<(String, String)>,
    /// (field, text that may hold `{Header}`).
    pub sets: Vec<(String, String)>,
    /// (header, value): rows that have another value are left out, counted.
    pub only: Vec<(String, String)>,
}

/// One row as clean text, field by field.
pub struct Record {
    /// Its line in the file; 1 is the header's.
    pub line: u64,
    values: Vec<String>,
}

impl Record {
    pub fn get(&self, field: usize) -> &str {
        &self.values[field]
    }

    /// The value, when there is one.
    pub fn given(&self, field: usize) -> Option<&str> {
        let value = self.get(field);
        (!value.is_empty()).then_some(value)
    }
}

/// The rows of a table that were selected, and the report that tells of each.
pub struct Intake {
    pub records: Vec<Record>,
    pub report: Report,
    labels: Vec<String>,
    matched: Vec<bool>,
    /// How many cells have a header.
    width: usize,
}

/// What became of a table.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub dry_run: bool,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub not_selected: usize,
    /// (field, header).
    pub columns: Vec<(String, String)>,
    pub notes: Vec<Note>,
    pub errors: Vec<RowError>,
}

/// Something that the sender should know and that refuses no row. Its sentence is `note-{code}`.
#[derive(Debug, Clone)]
pub struct Note {
    pub code: &'static str,
    pub row: Option<u64>,
    pub args: Vec<(&'static str, String)>,
}

/// Why a row was refused. Its sentence is `error-{code}`.
#[derive(Debug, Clone)]
pub struct RowError {
    pub row: u64,
    pub column: String,
    pub code: &'static str,
    pub value: String,
    pub args: Vec<(&'static str, String)>,
}

enum Source {
    Nothing,
    Column(usize),
    Template(Vec<Piece>),
}

enum Piece {
    Text(String),
    Column(usize),
}

impl Intake {
    /// Matches the columns, then cleans every cell that fills a field. A wish that names what is
    /// not there is a fault of the whole call.
    pub fn of(table: &Table, fields: &[Field], wishes: &Wishes) -> Result<Self, Fault> {
        let mut report = Report::default();
        let only = selection(table, wishes)?;
        let sources = sources(table, fields, wishes, &mut report)?;
        told_while_reading(table, &mut report);
        let labels = fields
            .iter()
            .zip(&sources)
            .map(|(field, source)| match source {
                Source::Column(c) => table.headers[*c].clone(),
                _ => field.name.to_owned(),
            })
            .collect();
        let mut intake = Self {
            records: Vec::with_capacity(table.rows.len()),
            report,
            labels,
            matched: sources.iter().map(|s| !matches!(s, Source::Nothing)).collect(),
            width: table.headers.len(),
        };
        let mut mended = BTreeMap::new();
        for row in &table.rows {
            if !only.iter().all(|(column, value)| cell(&row.cells, *column).trim() == value) {
                intake.report.not_selected += 1;
                continue;
            }
            intake.take(row, &sources, &mut mended);
        }
        for (column, count) in mended {
            let args =
                vec![("column", table.headers[column].clone()), ("count", count.to_string())];
            intake.report.note("cells-cleaned", None, args);
        }
        Ok(intake)
    }

    fn take(&mut self, row: &tables::Row, sources: &[Source], mended: &mut BTreeMap<usize, usize>) {
        let mut values = Vec::with_capacity(sources.len());
        for (field, source) in sources.iter().enumerate() {
            let mut read = |column: usize| {
                let given = cell(&row.cells, column);
                if is_plain(given) {
                    return Some(given.to_owned());
                }
                let kept = clean::line(given)?;
                if kept != given {
                    *mended.entry(column).or_default() += 1;
                }
                Some(kept)
            };
            let value = match source {
                Source::Nothing => Some(String::new()),
                Source::Column(c) => read(*c),
                Source::Template(pieces) => fill(pieces, &mut read),
            };
            if value.is_none() {
                let raw = if let Source::Column(c) = source { cell(&row.cells, *c) } else { "" };
                let value = raw.chars().filter(|c| !c.is_control()).collect::<String>();
                self.refuse(row.line, field, "characters", &value, vec![]);
            }
            values.push(value.unwrap_or_default());
        }
        if row.cells.iter().skip(self.width).any(|c| !c.trim().is_empty()) {
            self.refuse(row.line, usize::MAX, "row-too-long", "", vec![]);
        }
        self.records.push(Record { line: row.line, values });
    }

    /// Whether some column or text fills this field.
    pub fn fills(&self, field: usize) -> bool {
        self.matched[field]
    }

    /// The header that a field is read from, or the field's own name.
    pub fn label(&self, field: usize) -> &str {
        self.labels.get(field).map_or("", String::as_str)
    }

    pub fn refuse(
        &mut self,
        row: u64,
        field: usize,
        code: &'static str,
        value: &str,
        args: Vec<(&'static str, String)>,
    ) {
        let column = self.label(field).to_owned();
        self.report.errors.push(RowError { row, column, code, value: value.to_owned(), args });
    }

    /// Notes how many cells of each of these matched fields are empty.
    pub fn note_empty(&mut self, optional: &[usize]) {
        for &field in optional.iter().filter(|f| self.matched[**f]) {
            let count = self.records.iter().filter(|r| r.get(field).is_empty()).count();
            if count > 0 {
                let args =
                    vec![("column", self.label(field).to_owned()), ("count", count.to_string())];
                self.report.note("empty-cells", None, args);
            }
        }
    }
}

impl Report {
    pub fn note(
        &mut self,
        code: &'static str,
        row: Option<u64>,
        args: Vec<(&'static str, String)>,
    ) {
        self.notes.push(Note { code, row, args });
    }

    /// Rows with at least one error.
    pub fn refused(&self) -> usize {
        self.errors.iter().map(|e| e.row).collect::<BTreeSet<_>>().len()
    }

    /// The report in words.
    pub fn told(&self, texts: &Texts, language: Language) -> Told {
        let mut errors: Vec<ToldError> = self
            .errors
            .iter()
            .map(|e| ToldError {
                row: e.row,
                column: e.column.clone(),
                code: e.code,
                detail: texts.say_with(language, &format!("error-{}", e.code), &e.args),
                value: e.value.clone(),
            })
            .collect();
        errors.sort_by_key(|e| e.row);
        let notes = self
            .notes
            .iter()
            .map(|n| ToldNote {
                row: n.row,
                code: n.code,
                detail: texts.say_with(language, &format!("note-{}", n.code), &n.args),
            })
            .collect();
        Told {
            dry_run: self.dry_run,
            created: self.created,
            updated: self.updated,
            unchanged: self.unchanged,
            refused: self.refused(),
            not_selected: self.not_selected,
            columns: self.columns.iter().cloned().collect(),
            notes,
            errors,
        }
    }

    /// The refused rows as they came, with the reasons in an added column.
    pub fn refused_csv(&self, table: &Table, texts: &Texts, language: Language) -> String {
        let mut reasons: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for e in self.told(texts, language).errors {
            let reason =
                if e.column.is_empty() { e.detail } else { format!("{}: {}", e.column, e.detail) };
            reasons.entry(e.row).or_default().push(reason);
        }
        let reason = texts.say(language, "imports-reason");
        let mut out =
            tables::csv_line(table.headers.iter().map(String::as_str).chain([reason.as_str()]));
        for row in &table.rows {
            if let Some(why) = reasons.get(&row.line) {
                let why = why.join(" ");
                out.push_str(&tables::csv_line(
                    row.cells.iter().map(String::as_str).chain([why.as_str()]),
                ));
            }
        }
        out
    }
}

/// A report as it is shown and as it stands in JSON.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    pub dry_run: bool,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub refused: usize,
    pub not_selected: usize,
    pub columns: BTreeMap<String, String>,
    pub notes: Vec<ToldNote>,
    pub errors: Vec<ToldError>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ToldNote {
    pub row: Option<u64>,
    pub code: &'static str,
    pub detail: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct ToldError {
    pub row: u64,
    pub column: String,
    pub code: &'static str,
    pub detail: String,
    pub value: String,
}

/// A day: `2026-11-29`, `29-11-2026`, `29/11/2026`, or the serial number that a spreadsheet keeps
/// it as (1900 date system: 45999 is 2025-12-08).
pub fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let written = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    let serial = || {
        let days: u64 = text.parse().ok().filter(|n| (1_000..=110_000).contains(n))?;
        NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
    };
    written.or_else(serial).filter(|d| (1900..=2200).contains(&d.year()))
}

/// A phone number that a spreadsheet turned into `9.87E+09`: its digits are gone.
pub fn is_spreadsheet_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else { return false };
    let digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit() || c == '.');
    digits(mantissa) && digits(exponent.trim_start_matches('+'))
}

/// The nearest of some names, when it is near enough to be meant.
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `nearest`, asked many times: an answer is kept, and after some it stops looking, so that a file
/// full of mistakes is still read quickly.
#[derive(Default)]
pub struct Nearest {
    seen: BTreeMap<String, String>,
}

impl Nearest {
    pub fn of<'a>(&mut self, given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
        if let Some(near) = self.seen.get(given) {
            return near.clone();
        }
        if self.seen.len() >= 50 {
            return "–".to_owned();
        }
        let near = nearest(given, known).unwrap_or("–").to_owned();
        self.seen.insert(given.to_owned(), near.clone());
        near
    }
}

fn selection(table: &Table, wishes: &Wishes) -> Result<Vec<(usize, String)>, Fault> {
    let mut out = vec![];
    for (header, value) in &wishes.only {
        out.push((column(table, "only", header)?, value.trim().to_owned()));
    }
    Ok(out)
}

fn sources(
    table: &Table,
    fields: &[Field],
    wishes: &Wishes,
    report: &mut Report,
) -> Result<Vec<Source>, Fault> {
    let mut out: Vec<Source> = fields.iter().map(|_| Source::Nothing).collect();
    for (name, header) in &wishes.columns {
        let (field, column) = (field(fields, "column", name)?, column(table, "column", header)?);
        out[field] = Source::Column(column);
    }
    for (name, text) in &wishes.sets {
        let field = field(fields, "set", name)?;
        out[field] = Source::Template(template(table, text)?);
    }
    let mut taken: BTreeSet<usize> = out
        .iter()
        .filter_map(|s| if let Source::Column(c) = s { Some(*c) } else { None })
        .collect();
    for (field, source) in fields.iter().zip(&mut out) {
        if !matches!(source, Source::Nothing) {
            continue;
        }
        let found =
            field.headers.iter().find_map(|h| table.column(h)).filter(|c| !taken.contains(c));
        if let Some(column) = found {
            taken.insert(column);
            *source = Source::Column(column);
        }
    }
    for (field, source) in fields.iter().zip(&out) {
        let Source::Column(column) = source else { continue };
        let header = &table.headers[*column];
        report.columns.push((field.name.to_owned(), header.clone()));
        if table.headers.contains(&format!("{header}#2")) {
            report.note("header-twice", None, vec![("column", header.clone())]);
        }
    }
    Ok(out)
}

fn field(fields: &[Field], wish: &str, name: &str) -> Result<usize, Fault> {
    let wanted = tables::plain(name);
    fields.iter().position(|f| tables::plain(f.name) == wanted).ok_or_else(|| {
        let near = nearest(name, fields.iter().map(|f| f.name)).unwrap_or("–");
        let args = vec![("name", name.to_owned()), ("near", near.to_owned())];
        unusable(wish, "field-unknown", args)
    })
}

fn column(table: &Table, wish: &str, header: &str) -> Result<usize, Fault> {
    table.column(header).ok_or_else(|| {
        let near = nearest(header, table.headers.iter().map(String::as_str)).unwrap_or("–");
        let args = vec![("name", header.to_owned()), ("near", near.to_owned())];
        unusable(wish, "header-unknown", args)
    })
}

fn unusable(name: &str, code: &'static str, args: Vec<(&'static str, String)>) -> Fault {
    let mut fields = Fields::default();
    fields.add_with(name, code, args);
    Fault::Invalid(fields)
}

fn template(table: &Table, text: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = vec![];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((header, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Column(column(table, "set", header)?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// Fills a template; one empty cell makes the whole value empty: `D` alone is no district.
fn fill(pieces: &[Piece], read: &mut impl FnMut(usize) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Column(column) => {
                let value = read(*column)?;
                if value.is_empty() {
                    return Some(String::new());
                }
                out.push_str(&value);
            }
        }
    }
    Some(out)
}

fn cell(cells: &[String], column: usize) -> &str {
    cells.get(column).map_or("", String::as_str)
}

/// Cells that cleaning would not change: most of them.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|b| (0x20..0x7F).contains(b))
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
}

fn told_while_reading(table: &Table, report: &mut Report) {
    for (code, count) in &table.mended {
        let code = match *code {
            "blank-line" => "blank-lines",
            "short-row" => "short-rows",
            "header-cleaned" => "headers-cleaned",
            _ => continue,
        };
        report.note(code, None, vec![("count", count.to_string())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field { name: "code", headers: &["code", "कोड"] },
        Field { name: "name", headers: &["name", "नाम"] },
    ];

    fn wishes(columns: &[(&str, &str)], sets: &[(&str, &str)], only: &[(&str, &str)]) -> Wishes {
        let own = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        Wishes { columns: own(columns), sets: own(sets), only: own(only) }
    }

    fn values(table: &str, wishes: &Wishes) -> String {
        let table = Table::read(table.as_bytes()).unwrap();
        match Intake::of(&table, FIELDS, wishes) {
            Ok(intake) => {
                let rows: Vec<String> = intake
                    .records
                    .iter()
                    .map(|r| format!("{} {}={}", r.line, r.get(0), r.get(1)))
                    .collect();
                rows.join(" | ")
            }
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn columns_are_found_set_and_chosen() {
        let none = Wishes::default();
        assert_eq!(values("Code,Name\n01,A\n", &none), "2 01=A");
        assert_eq!(values("कोड;नाम\n01; राम  कुमार \n", &none), "2 01=राम कुमार");
        assert_eq!(
            values("No,Name\n7,A\n8,B\n", &wishes(&[], &[("code", "D{No}")], &[])),
            "2 D7=A | 3 D8=B"
        );
        assert_eq!(values("No,Name\n,A\n", &wishes(&[], &[("code", "D{No}")], &[])), "2 =A");
        assert_eq!(
            values("No,Name\n7,A\n8,B\n", &wishes(&[("code", "no")], &[], &[("No", "8")])),
            "3 8=B"
        );
        assert_eq!(values("Block ,Block\nA,\n", &wishes(&[("name", "Block#2")], &[], &[])), "2 =");
        assert_eq!(
            values("Name\nA\n", &wishes(&[("kode", "Name")], &[], &[])),
            "invalid: column: field-unknown"
        );
        assert_eq!(
            values("Name\nA\n", &wishes(&[("code", "Nmae")], &[], &[])),
            "invalid: column: header-unknown"
        );
        assert_eq!(
            values("Name\nA\n", &wishes(&[], &[("code", "{No}")], &[])),
            "invalid: set: header-unknown"
        );
    }

    #[test]
    fn days_are_read_as_offices_write_them() {
        for (given, day) in [
            ("2026-11-29", Some("2026-11-29")),
            ("29-11-2026", Some("2026-11-29")),
            ("29/11/2026", Some("2026-11-29")),
            ("45999", Some("2025-12-08")),
            ("46355", Some("2026-11-29")),
            ("31-02-2026", None),
            ("9876543210", None),
        ] {
            assert_eq!(date(given).map(|d| d.to_string()).as_deref(), day, "{given}");
        }
    }

    #[test]
    fn a_mangled_number_is_known() {
        for (given, is) in
            [("9.87E+09", true), ("9.87654E+9", true), ("9876543210", false), ("E1", false)]
        {
            assert_eq!(is_spreadsheet_number(given), is, "{given}");
        }
    }
}
