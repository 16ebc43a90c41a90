//! Conditions on many ids at once.

use diesel::expression::{AppearsOnTable, Expression, ValidGrouping};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, Bool, Text};
use diesel::sqlite::Sqlite;

/// Whether a column is one of many texts, said in one way for any number of them: a statement that names each would be
/// prepared anew for every number.
#[derive(Debug, Clone, QueryId, ValidGrouping)]
pub(crate) struct Among<C> {
    column: C,
    texts: Vec<String>,
    /// The same as JSON, since a file knows no arrays.
    json: String,
}

impl<C> Among<C> {
    /// One of these.
    pub(crate) fn of(column: C, texts: &[impl AsRef<str>]) -> Self {
        let texts: Vec<String> = texts.iter().map(|text| text.as_ref().to_owned()).collect();
        let json = serde_json::json!(texts).to_string();
        Self { column, texts, json }
    }
}

impl<C> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Among<C> {}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<Text>, _>(&self.texts)?;
        out.push_sql(")");
        Ok(())
    }
}
