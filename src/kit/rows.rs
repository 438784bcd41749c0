//! Many rows written by one statement that is prepared once, whatever their number.
//!
//! diesel prepares an insert of many rows anew each time, which costs more than running it. Here the
//! rows are filled up with empty ones to one of a few lengths, and the empty ones left out again:
//! some thirty texts serve every number of rows, and each is kept.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text, Timestamp};

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;
use crate::kit::kept::Cell;

/// The most rows of one statement.
const MOST_ROWS: usize = 512;

/// Writes rows: `insert into t (a, b)`, the rows, and what comes after them (`on conflict …`). The
/// first column of a row is never empty.
pub fn insert<const N: usize>(
    db: &mut Db,
    into: &str,
    rows: &[[Cell<'_>; N]],
    then: &str,
) -> Result<(), Fault> {
    let before = format!("{into} select * from");
    let after = format!("where column1 is not null {then}");
    run(db, &before, rows, &after)
}

/// Runs a statement with rows in it that it calls `given`, with columns `column1`, `column2`, …; in
/// rows that are not meant, the first is empty.
pub fn run<const N: usize>(
    db: &mut Db,
    before: &str,
    rows: &[[Cell<'_>; N]],
    after: &str,
) -> Result<(), Fault> {
    for rows in rows.chunks(MOST_ROWS) {
        let statement = WithRows { before, rows, after };
        on_each!(db, c => statement.execute(c))?;
    }
    Ok(())
}

/// Up to eight as it is, then four lengths for each doubling: at most a fifth of them is empty.
fn length_for(rows: usize) -> usize {
    rows.next_multiple_of((rows.next_power_of_two() / 8).max(1))
}

struct WithRows<'a, const N: usize> {
    before: &'a str,
    rows: &'a [[Cell<'a>; N]],
    after: &'a str,
}

impl<const N: usize> QueryId for WithRows<'_, N> {
    type QueryId = ();
    // diesel then keeps it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, const N: usize> RunQueryDsl<C> for WithRows<'_, N> {}

impl<DB, const N: usize> QueryFragment<DB> for WithRows<'_, N>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    Moment: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(last) = self.rows.last() else { return Ok(()) };
        out.push_sql(self.before);
        out.push_sql(" (values ");
        for (place, row) in self.rows.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { "), (" });
            for (column, cell) in row.iter().enumerate() {
                out.push_sql(if column == 0 { "" } else { ", " });
                cell.push(&mut out)?;
            }
        }
        for _ in self.rows.len()..length_for(self.rows.len()) {
            out.push_sql("), (");
            for (column, cell) in last.iter().enumerate() {
                out.push_sql(if column == 0 { "" } else { ", " });
                match cell {
                    Cell::Number(_) => Cell::Number(None).push(&mut out)?,
                    Cell::Text(_) => Cell::Text(None).push(&mut out)?,
                    Cell::At(_) => Cell::At(None).push(&mut out)?,
                }
            }
        }
        out.push_sql(")) as given ");
        out.push_sql(self.after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn few_lengths_serve_every_number_of_rows() {
        let lengths: BTreeSet<usize> = (1..=MOST_ROWS).map(length_for).collect();
        assert_eq!(lengths.len(), 32);
        for rows in 1..=MOST_ROWS {
            let length = length_for(rows);
            assert!(length >= rows && (length - rows) * 4 <= length, "{rows} {length}");
        }
        assert_eq!([1, 7, 40, 41, 512].map(length_for), [1, 7, 40, 48, 512]);
    }
}
