//! Taxes that are due on payment: what settles a document makes them due, and what is taken back no longer does.

use super::items::OpenItems;
use crate::error::Result;
use crate::ports::StoreError;
use partita_domain::cash_basis_tax::{Release, Settling, releases};
use partita_domain::document::Document;
use partita_domain::money::Currency;
use partita_domain::payment::{ApplicationRequest, OpenItemSource, PaymentApplication, Settlement};
use partita_domain::posting_line::PostingLine;

/// What falls due of the taxes of documents, in one journal entry.
#[derive(Default)]
pub(super) struct FallenDue(Vec<(Document, Vec<Release>)>);

impl FallenDue {
    /// What a settlement makes due; `items` are as they were before.
    pub(super) fn of_settlement(
        items: &OpenItems,
        base: Currency,
        requests: &[ApplicationRequest],
        settlement: &Settlement,
    ) -> Result<Self> {
        let each = requests.iter().zip(&settlement.applied);
        let settling =
            each.map(|(asked, applied)| (applied.source, Settling::applied(applied, asked.discount)));
        Self::of(items, base, settling)
    }

    /// What is no longer due once applications are taken back; `items` are as they were before.
    pub(super) fn of_release(
        items: &OpenItems,
        base: Currency,
        applications: &[&PaymentApplication],
    ) -> Result<Self> {
        let each = applications.iter();
        Self::of(items, base, each.map(|application| (application.item, Settling::taken_back(application))))
    }

    /// What falls due when all of this happens at once.
    pub(super) fn of<'a>(
        items: &OpenItems,
        base: Currency,
        settling: impl Iterator<Item = (OpenItemSource, Settling<'a>)>,
    ) -> Result<Self> {
        let mut by_document: Vec<(&Document, Vec<Settling<'_>>)> = Vec::new();
        for (source, settling) in settling {
            let document = source.document().and_then(|id| items.document(id));
            let Some(document) = document.filter(|document| waits(document)) else { continue };
            match by_document.iter_mut().find(|(known, _)| known.id == document.id) {
                Some((_, all)) => all.push(settling),
                None => by_document.push((document, vec![settling])),
            }
        }
        let each = by_document.into_iter().map(|(document, settling)| {
            let released = releases(document, base, &settling).ok_or_else(|| {
                let what = format!("the tax of {} that is due on payment is out of range", document.id);
                StoreError::Corrupt(what)
            })?;
            Ok((document.clone(), released))
        });
        Ok(Self(each.collect::<Result<_>>()?))
    }

    /// The lines of the journal entry.
    pub(super) fn lines(&self) -> impl Iterator<Item = PostingLine> + '_ {
        self.releases().flat_map(|(_, release)| release.lines.iter().cloned())
    }

    /// Each with its document.
    pub(super) fn releases(&self) -> impl Iterator<Item = (&Document, &Release)> {
        self.0.iter().flat_map(|(document, releases)| releases.iter().map(move |release| (document, release)))
    }
}

fn waits(document: &Document) -> bool {
    document.taxes.iter().any(|tax| tax.pending_account_id.is_some())
}
