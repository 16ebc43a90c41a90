//! The table of what was measured.

use crate::books::Database;
use std::fmt::{Display, Formatter};

/// What a row must reach.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
    None,
}

impl Target {
    fn text(self, unit: &str) -> String {
        match self {
            Self::AtLeast(value) => format!(">= {value:.2}"),
            Self::AtMost(value) if unit.is_empty() => format!("<= {value}"),
            Self::AtMost(value) => format!("<= {value} {unit}"),
            Self::None => "-".to_owned(),
        }
    }
}

/// One row.
pub(crate) struct Row {
    pub(crate) database: Option<Database>,
    pub(crate) workload: String,
    pub(crate) ours: String,
    pub(crate) limit: String,
    /// What is held against the target.
    pub(crate) ratio: f64,
    /// What the ratio counts; empty where it is one.
    pub(crate) unit: &'static str,
    pub(crate) target: Target,
}

impl Row {
    /// Rates of the same work.
    pub(crate) fn rates(
        database: Database,
        workload: String,
        ours: f64,
        limit: (f64, &str),
        target: f64,
    ) -> Self {
        Self {
            database: Some(database),
            workload,
            ours: format!("{ours:.0}/s"),
            limit: format!("{:.0}/s {}", limit.0, limit.1),
            ratio: ours / limit.0,
            unit: "",
            target: Target::AtLeast(target),
        }
    }

    fn is_met(&self) -> Option<bool> {
        match self.target {
            Target::AtLeast(least) => Some(self.ratio >= least),
            Target::AtMost(most) => Some(self.ratio <= most),
            Target::None => None,
        }
    }

    fn cells(&self) -> [String; 7] {
        let verdict = self.is_met().map_or("-", |met| if met { "met" } else { "MISSED" });
        let ratio = if self.unit.is_empty() {
            format!("{:.2}", self.ratio)
        } else {
            format!("{:.0} {}", self.ratio, self.unit)
        };
        [
            self.workload.clone(),
            self.database.map_or("-", Database::name).to_owned(),
            self.ours.clone(),
            self.limit.clone(),
            ratio,
            self.target.text(self.unit),
            verdict.to_owned(),
        ]
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let [_, _, ours, limit, ratio, target, verdict] = self.cells();
        write!(f, "{ours}; {limit}; {ratio} ({target}) {verdict}")
    }
}

const HEADINGS: [&str; 7] = ["Workload", "Database", "Ours", "Limit", "Ratio", "Target", ""];

/// The table as text, in aligned columns or as Markdown.
pub(crate) fn text(rows: &[Row], markdown: bool) -> String {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().map(Row::cells));
    if markdown {
        let mut out: Vec<String> = lines.iter().map(|cells| format!("| {} |", cells.join(" | "))).collect();
        out.insert(1, "|---|---|---|---|---|---|---|".to_owned());
        return out.join("\n");
    }
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| {
            lines
                .iter()
                .filter_map(|cells| cells.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |cells: &[String; 7]| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
