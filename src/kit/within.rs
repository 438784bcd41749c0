//! One condition that diesel has no word for: a unit's path lies in any of several subtrees.

use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Text};

/// True where `units.path` is in one of the ranges [from, to); the query must name `units`.
/// No range, no row.
#[derive(Debug, Clone)]
pub struct Within(pub Vec<(String, String)>);

impl Expression for Within {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for Within {}
impl<QS> SelectableExpression<QS> for Within {}

impl ValidGrouping<()> for Within {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Within {
    type QueryId = ();
    // The number of ranges differs from one reach to the next.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Within
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.0.is_empty() {
            out.push_sql("1 = 0");
            return Ok(());
        }
        out.push_sql("(");
        for (i, (from, to)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push_sql(" or ");
            }
            out.push_sql("(units.path >= ");
            out.push_bind_param::<Text, String>(from)?;
            out.push_sql(" and units.path < ");
            out.push_bind_param::<Text, String>(to)?;
            out.push_sql(")");
        }
        out.push_sql(")");
        Ok(())
    }
}
