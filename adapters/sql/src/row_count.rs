//! How many documents of each kind and how many payments there are: kept, so that a list of all of them need not count.

use crate::connection::on;
use crate::document::DocumentRow;
use crate::payment::PaymentRow;
use crate::pending::{Change, Shape, Written};
use crate::schema::row_counts;
use crate::unit::SqlTx;
use diesel::prelude::*;
use partita_application::ports::Stored;
use std::collections::BTreeMap;

/// What payments are counted under; documents are by the name of their kind.
pub(crate) const PAYMENTS: &str = "payment";

struct RowCount;

impl Written for RowCount {
    const SHAPE: Shape = Shape::Insert {
        table: "row_counts AS kept",
        columns: &["company_id", "resource", "count"],
        conflict: "ON CONFLICT (company_id, resource) DO UPDATE SET count = kept.count + excluded.count",
    };
}

/// Counts rows that are about to be inserted.
pub(crate) fn counted(documents: &[DocumentRow], payments: &[PaymentRow]) -> Change {
    let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let documents = documents.iter().map(|row| (row.company_id.as_str(), row.kind.as_str()));
    let payments = payments.iter().map(|row| (row.company_id.as_str(), PAYMENTS));
    for place in documents.chain(payments) {
        *counts.entry(place).or_default() += 1;
    }
    let rows = counts
        .into_iter()
        .map(|((company, resource), count)| [company.into(), resource.into(), count.into()]);
    Change::of::<RowCount, _>(rows)
}

impl SqlTx<'_> {
    /// How many there are; what is pending is not among them.
    pub(crate) fn row_count(&mut self, resource: &str) -> Stored<i64> {
        let kept: Option<i64> = self.read(|conn, company| {
            let kept = row_counts::table.find((company, resource)).select(row_counts::count);
            on!(conn, |conn| kept.first(conn).optional())
        })?;
        Ok(kept.unwrap_or(0))
    }

    /// Counts a row that was removed.
    pub(crate) fn uncount(&mut self, resource: &str) -> Stored<()> {
        self.write(|conn, company| {
            diesel::update(row_counts::table.find((company, resource)))
                .set(row_counts::count.eq(row_counts::count - 1))
                .execute(conn)
        })?;
        Ok(())
    }
}
