//! Tables from files: CSV as offices really save it, read without losing anything silently.

use std::collections::BTreeMap;

use crate::kit::clean;

/// The largest file that is read.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
const MOST_COLUMNS: usize = 200;
const MOST_CELL: usize = 4_000;

/// A table as text: cleaned headers, rows of cells, each with its line in the file.
#[derive(Debug)]
pub struct Table {
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
    /// What was mended while reading, with a count, for the report.
    pub mended: BTreeMap<&'static str, usize>,
}

#[derive(Debug)]
pub struct Row {
    /// 1 is the header's line.
    pub line: u64,
    pub cells: Vec<String>,
}

/// Why a file is no table at all. The word's sentence is `error-{word}`.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub code: &'static str,
    pub line: u64,
}

impl Table {
    /// UTF-8 with or without a byte order mark; separated by comma, semicolon or tab, whichever
    /// the header line holds most of; RFC 4180 quotes. A header that stands twice is kept as
    /// `Name` and `Name#2`. Codes keep their leading zeros: cells are text.
    pub fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if bytes.len() > MOST_BYTES {
            return Err(Unreadable { code: "file-too-large", line: 0 });
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(Unreadable { code: "file-is-workbook", line: 0 });
        }
        let text = std::str::from_utf8(bytes).map_err(|e| Unreadable {
            code: "file-not-utf8",
            line: 1 + bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() as u64,
        })?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        // The reader counts a line when it comes to its `\n`, which is after a `\r` that ended the record:
        // each row of a file from a spreadsheet would be told of by the number of the one before.
        let text = &text.replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text))
            .from_reader(text.as_bytes());
        let mut table = Self { headers: vec![], rows: vec![], mended: BTreeMap::new() };
        for record in reader.records() {
            let record = record.map_err(|e| Unreadable {
                code: "file-malformed",
                line: e.position().map_or(0, csv::Position::line),
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() > MOST_COLUMNS || record.iter().any(|c| c.len() > MOST_CELL) {
                return Err(Unreadable { code: "file-cell-too-large", line });
            }
            table.take(line, &record);
        }
        if table.headers.is_empty() {
            return Err(Unreadable { code: "file-empty", line: 0 });
        }
        Ok(table)
    }

    fn take(&mut self, line: u64, record: &csv::StringRecord) {
        if self.headers.is_empty() {
            self.headers = self.name_headers(record);
            return;
        }
        if record.iter().all(|c| c.trim().is_empty()) {
            *self.mended.entry("blank-line").or_default() += 1;
            return;
        }
        let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.len() < self.headers.len() {
            *self.mended.entry("short-row").or_default() += 1;
            cells.resize(self.headers.len(), String::new());
        }
        self.rows.push(Row { line, cells });
    }

    fn name_headers(&mut self, record: &csv::StringRecord) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for given in record {
            let name = clean::key(given).unwrap_or_default();
            if name != given {
                *self.mended.entry("header-cleaned").or_default() += 1;
            }
            let same = names.iter().filter(|n| n.split('#').next() == Some(name.as_str())).count();
            if same > 0 {
                *self.mended.entry("header-repeated").or_default() += 1;
                names.push(format!("{name}#{}", same + 1));
            } else {
                names.push(name);
            }
        }
        names
    }

    /// The place of a header; blanks and case do not matter.
    pub fn column(&self, header: &str) -> Option<usize> {
        let wanted = plain(header);
        self.headers.iter().position(|h| plain(h) == wanted)
    }
}

/// A header for comparing: without case, blanks, `_`, `-`, `.`.
pub fn plain(header: &str) -> String {
    header.to_lowercase().chars().filter(|c| !c.is_whitespace() && !"_-.".contains(*c)).collect()
}

fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().max_by_key(|d| {
        // The earlier one wins a tie: max_by_key keeps the last, so rank breaks it.
        let count = head.bytes().filter(|b| b == d).count();
        (
            count,
            match d {
                b',' => 2,
                b';' => 1,
                _ => 0,
            },
        )
    });
    most.unwrap_or(b',')
}

/// A cell for CSV that no spreadsheet takes as a formula (OWASP, CSV injection): one that starts,
/// after blanks, with `= + - @`, a tab or a line end gets an apostrophe in front.
pub fn safe_cell(text: &str) -> String {
    let start = text.trim_start_matches([' ', '\u{A0}']);
    let risky = |c: char| {
        matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    };
    if start.starts_with(risky) { format!("'{text}") } else { text.to_owned() }
}

/// One line of CSV with every cell quoted and made safe, ended by CRLF (RFC 4180).
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> =
        cells.into_iter().map(|c| format!("\"{}\"", safe_cell(c).replace('"', "\"\""))).collect();
    quoted.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,2", "\"3", "3\",4", "5,6", ""].join(end);
            let lines: Vec<u64> =
                Table::read(text.as_bytes()).unwrap().rows.iter().map(|r| r.line).collect();
            assert_eq!(lines, [2, 3, 5], "{end:?}");
        }
    }

    #[test]
    fn headers_may_repeat_or_carry_blanks() {
        let table =
            Table::read("Code,Block Name ,Block Name\n03518,\"A, B\",\n".as_bytes()).unwrap();
        assert_eq!(table.headers, ["Code", "Block Name", "Block Name#2"]);
        assert_eq!(table.rows[0].cells, ["03518", "A, B", ""]);
        assert_eq!(table.column("block_name"), Some(1));
        assert_eq!(table.mended["header-repeated"], 1);
    }

    #[test]
    fn a_file_that_is_no_table_says_why() {
        let check = |bytes: &[u8], code: &str, line: u64| {
            assert_eq!(
                Table::read(bytes).unwrap_err(),
                Unreadable {
                    code: match code {
                        "w" => "file-is-workbook",
                        "u" => "file-not-utf8",
                        _ => "file-empty",
                    },
                    line
                }
            );
        };
        check(b"PK\x03\x04rest", "w", 0);
        check(b"a,b\n1,\xff\n", "u", 2);
        check(b"", "e", 0);
    }

    #[test]
    fn no_cell_becomes_a_formula() {
        for (given, kept) in
            [("=1+1", "'=1+1"), (" @x", "' @x"), ("-5", "'-5"), ("राम", "राम"), ("a=b", "a=b")]
        {
            assert_eq!(safe_cell(given), kept);
        }
        assert_eq!(csv_line(["a\"b", "+91"]), "\"a\"\"b\",\"'+91\"\r\n");
    }
}
