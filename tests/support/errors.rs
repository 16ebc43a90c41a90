//! `docs/errors.md`, as the tests read it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What the page documents.
#[derive(Debug)]
pub struct Errors {
    /// Every status with its code.
    pub codes: BTreeSet<(u16, String)>,
    /// Every constraint.
    pub constraints: BTreeSet<String>,
}

impl Errors {
    /// The page.
    ///
    /// # Panics
    /// When it is not laid out as expected.
    pub fn documented() -> &'static Self {
        static ERRORS: OnceLock<Errors> = OnceLock::new();
        ERRORS.get_or_init(|| {
            let page = include_str!("../../docs/errors.md");
            let (codes, constraints) = page.split_once("\n## Constraints").expect("a part about constraints");
            let name = |cell: &str| Some(cell.trim().strip_prefix('`')?.strip_suffix('`')?.to_owned());
            let cells = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
            let codes = codes.lines().map(cells).filter_map(|cells| {
                let status = cells.get(1)?.parse().ok()?;
                assert_eq!(cells.len(), 7, "{cells:?}");
                Some((status, name(cells.get(2)?)?))
            });
            let constraints = constraints.lines().map(cells).filter_map(|cells| name(cells.get(1)?));
            Self { codes: codes.collect(), constraints: constraints.collect() }
        })
    }
}
