//! The bodies and operations that documents of every kind have, under the names of their kind.

/// Declares the bodies of a kind of document, and the operations that list, make, change and delete it.
macro_rules! documents {
    (
        kind: $kind:ident,
        tag: $tag:tt,
        noun: $noun:tt,
        path: $path:tt,
        one: $one:tt,
        pdf: $pdf:tt,
        external: $external:tt,
        operations: ($list_id:tt, $create_id:tt, $get_id:tt, $patch_id:tt, $delete_id:tt, $put_id:tt, $pdf_id:tt),
        bodies: ($write:ident, $patch:ident, $body:ident, $query:ident),
        number: $number:ident,
        party: $party:ident,
        due: $due:ident,
        corrects: ($($corrects:ident)?),
        converted: ($($converted:ident)?),
        balance: ($($balance:ident)?),
        delete: $delete_says:tt,
    ) => {
        use crate::context::{Context, blocking, queued, reading};
        use crate::document::body::{
            Besides, DocumentLineBody, DocumentLineWriteBody, RoundingStepBody, TaxModeSchema,
            TaxRoundingSchema, TaxSummaryBody, WarningBody, entry_body, requests, stamps, text,
        };
        use crate::document::pdf::{PdfFile, answer_pdf};
        use crate::document::query::{DocumentSort, DocumentStatusSchema, Wanted};
        use crate::envelope::{Answer, Envelope};
        use crate::journal_entry::{EntryBody, OverrideBody};
        use crate::json::Json;
        use crate::paging::{list_query, read_dated_cursor, write_dated_cursor};
        use crate::path::{ExternalId, Id};
        use crate::problem::Problem;
        use crate::query::Query;
        use crate::scalar::{Day, Moment, Whole, present, unique_keys};
        use actix_web::{HttpResponse, delete, get, patch, post, put};
        use partita_application::document::{self, DocumentPatch, DocumentQuery, Issued, NewDocument};
        use partita_domain::document::{Document, DocumentDraft, DocumentKind, SuppliedTotals};
        use partita_domain::document_status::DocumentStatus;
        use partita_domain::exchange_rate::ExchangeRate;
        use partita_domain::hash::Hash;
        use partita_domain::id::{ContactId, DocumentId};
        use partita_domain::metadata::Metadata;
        use partita_domain::money::Currency;
        use partita_domain::tax::{TaxMode, TaxRounding};
        use serde::{Deserialize, Serialize};
        use std::collections::BTreeMap;
        use std::sync::Arc;
        use utoipa::{IntoParams, ToSchema};
        use uuid::Uuid;

        const KIND: DocumentKind = DocumentKind::$kind;

        #[doc = concat!("The ", $noun, ", as a caller gives it.")]
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $write {
            /// The integrator's own id for it, unique among documents of this kind.
            #[schema(min_length = 1, max_length = 255)]
            pub external_id: Option<String>,
            /// Its number; by default the next of its sequence, once it is posted.
            #[schema(min_length = 1, max_length = 50)]
            pub $number: Option<String>,
            /// The contact.
            pub $party: Uuid,
            /// The accounting date.
            pub date: Day,
            /// The last day; by default what the terms of the contact say.
            pub $due: Option<Day>,
            $(
                /// The document that it corrects; its exchange rate is taken over.
                pub $corrects: Option<Uuid>,
            )?
            /// The number on the other party's paper.
            #[schema(max_length = 100)]
            pub reference_number: Option<String>,
            /// A note for the reader.
            #[schema(max_length = 2000)]
            pub memo: Option<String>,
            /// The terms of payment in words.
            #[schema(max_length = 500)]
            pub terms: Option<String>,
            /// The currency of all its amounts; by default the contact's, else that of the books.
            #[schema(value_type = Option<String>, min_length = 3, max_length = 3, example = "USD")]
            pub currency_code: Option<Currency>,
            /// Base units per unit of the currency, × 1 000 000; by default the latest stored on or before the date.
            #[schema(value_type = Option<i64>, minimum = 1, example = 1_000_000)]
            pub exchange_rate: Option<Whole>,
            /// What the amounts of its lines mean; by default what the settings say.
            #[schema(value_type = Option<TaxModeSchema>)]
            pub tax_mode: Option<TaxMode>,
            /// Where tax is rounded; by default what the settings say.
            #[schema(value_type = Option<TaxRoundingSchema>)]
            pub tax_rounding: Option<TaxRounding>,
            /// 1 to 1 000 lines.
            #[schema(min_items = 1, max_items = 1_000)]
            pub lines: Vec<DocumentLineWriteBody>,
            /// The subtotal that the caller believes it has; refused with `totals_mismatch` when it has another.
            #[schema(value_type = Option<i64>)]
            pub subtotal: Option<Whole>,
            /// Likewise what was taken off.
            #[schema(value_type = Option<i64>)]
            pub discount_total: Option<Whole>,
            /// Likewise the tax.
            #[schema(value_type = Option<i64>)]
            pub tax_total: Option<Whole>,
            /// Likewise what is due.
            #[schema(value_type = Option<i64>)]
            pub total: Option<Whole>,
            /// Free pairs: up to 20, keys of up to 64, values of up to 256 characters, 4 KB in all.
            #[serde(default, deserialize_with = "unique_keys")]
            pub metadata: Option<BTreeMap<String, String>>,
            /// Whether it is posted at once, true by default, or stays a draft. Estimates are never posted.
            pub post: Option<bool>,
            /// Lets it into a soft-locked period, with the permission `periods:override`.
            pub override_closed_period: Option<OverrideBody>,
            /// The version that the caller has seen; or send `If-Match`.
            #[schema(value_type = Option<i64>)]
            pub version: Option<Whole>,
        }

        impl $write {
            /// What it says, in domain terms.
            ///
            /// # Errors
            /// A line with a value of two kinds, a number that is none.
            pub fn into_new(self) -> Result<NewDocument, Problem> {
                #[allow(unused_mut, unused_assignments)]
                let mut corrects_id = None;
                $(corrects_id = self.$corrects.map(DocumentId);)?
                let draft = DocumentDraft {
                    external_id: self.external_id,
                    number: self.$number,
                    contact_id: ContactId(self.$party),
                    date: self.date.0,
                    due_date: self.$due.map(|day| day.0),
                    reference_number: self.reference_number,
                    memo: self.memo,
                    terms: self.terms,
                    currency_code: self.currency_code,
                    exchange_rate: self
                        .exchange_rate
                        .map(|rate| ExchangeRate::from_millionths(rate.0))
                        .transpose()?,
                    tax_mode: self.tax_mode,
                    tax_rounding: self.tax_rounding,
                    lines: requests(self.lines)?,
                    supplied: SuppliedTotals {
                        subtotal: self.subtotal.map(|minor| minor.0),
                        discount_total: self.discount_total.map(|minor| minor.0),
                        tax_total: self.tax_total.map(|minor| minor.0),
                        total: self.total.map(|minor| minor.0),
                    },
                    corrects_id,
                    metadata: Metadata(self.metadata.unwrap_or_default()),
                };
                Ok(NewDocument {
                    draft,
                    post: self.post.unwrap_or(true),
                    override_closed_period: self.override_closed_period.map(|wish| wish.reason),
                })
            }
        }

        #[doc = concat!("What is to change of the ", $noun, ": a field that is left out stays as it is.")]
        #[derive(Debug, Default, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $patch {
            /// The integrator's own id for it; only of a draft.
            #[serde(default, deserialize_with = "text")]
            #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
            pub external_id: Option<Option<String>>,
            /// Its number; only of a draft.
            #[serde(default, deserialize_with = "text")]
            #[schema(value_type = Option<String>, min_length = 1, max_length = 50)]
            pub $number: Option<Option<String>>,
            /// The contact; only of a draft.
            pub $party: Option<Uuid>,
            /// The accounting date; only of a draft.
            pub date: Option<Day>,
            /// The last day.
            #[serde(default, deserialize_with = "present")]
            #[schema(value_type = Option<String>, format = Date)]
            pub $due: Option<Option<Day>>,
            /// The number on the other party's paper; only of a draft.
            #[serde(default, deserialize_with = "text")]
            #[schema(value_type = Option<String>, max_length = 100)]
            pub reference_number: Option<Option<String>>,
            /// A note for the reader.
            #[serde(default, deserialize_with = "text")]
            #[schema(value_type = Option<String>, max_length = 2000)]
            pub memo: Option<Option<String>>,
            /// The terms of payment in words; only of a draft.
            #[serde(default, deserialize_with = "text")]
            #[schema(value_type = Option<String>, max_length = 500)]
            pub terms: Option<Option<String>>,
            /// The currency of all its amounts; only of a draft.
            #[schema(value_type = Option<String>, min_length = 3, max_length = 3)]
            pub currency_code: Option<Currency>,
            /// Base units per unit of the currency, × 1 000 000; only of a draft.
            #[schema(value_type = Option<i64>, minimum = 1)]
            pub exchange_rate: Option<Whole>,
            /// What the amounts of its lines mean; only of a draft.
            #[schema(value_type = Option<TaxModeSchema>)]
            pub tax_mode: Option<TaxMode>,
            /// Where tax is rounded; only of a draft.
            #[schema(value_type = Option<TaxRoundingSchema>)]
            pub tax_rounding: Option<TaxRounding>,
            /// All lines; only of a draft.
            #[schema(min_items = 1, max_items = 1_000)]
            pub lines: Option<Vec<DocumentLineWriteBody>>,
            /// All free pairs.
            #[serde(default, deserialize_with = "unique_keys")]
            pub metadata: Option<BTreeMap<String, String>>,
            /// The version that the caller has seen; or send `If-Match`.
            #[schema(value_type = Option<i64>)]
            pub version: Option<Whole>,
        }

        impl $patch {
            fn into_patch(self) -> Result<DocumentPatch, Problem> {
                Ok(DocumentPatch {
                    external_id: self.external_id,
                    number: self.$number,
                    contact_id: self.$party.map(ContactId),
                    date: self.date.map(|day| day.0),
                    due_date: self.$due.map(|due| due.map(|day| day.0)),
                    reference_number: self.reference_number,
                    memo: self.memo,
                    terms: self.terms,
                    currency_code: self.currency_code,
                    exchange_rate: self
                        .exchange_rate
                        .map(|rate| ExchangeRate::from_millionths(rate.0))
                        .transpose()?,
                    tax_mode: self.tax_mode,
                    tax_rounding: self.tax_rounding,
                    lines: self.lines.map(requests).transpose()?,
                    metadata: self.metadata.map(Metadata),
                })
            }
        }

        #[doc = concat!("The ", $noun, ". Amounts are minor units of its currency.")]
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $body<'a> {
            /// Its id.
            pub id: Uuid,
            /// The integrator's own id for it.
            pub external_id: Option<&'a str>,
            /// Its number; a draft has none.
            pub $number: Option<&'a str>,
            /// The number on the other party's paper.
            pub reference_number: Option<&'a str>,
            /// The contact.
            pub $party: Uuid,
            /// The accounting date.
            pub date: Day,
            /// The last day.
            pub $due: Option<Day>,
            $(
                /// The document that it corrects.
                pub $corrects: Option<Uuid>,
            )?
            $(
                /// The invoice that came from it.
                pub $converted: Option<Uuid>,
            )?
            /// Its status today.
            #[schema(value_type = DocumentStatusSchema, example = "open")]
            pub status: &'static str,
            /// The currency of all its amounts.
            #[schema(value_type = String, example = "USD")]
            pub currency_code: Currency,
            /// Base units per unit of the currency, × 1 000 000.
            #[schema(example = 1_000_000)]
            pub exchange_rate: i64,
            /// What the amounts of its lines mean.
            #[schema(value_type = TaxModeSchema)]
            pub tax_mode: TaxMode,
            /// Where tax is rounded.
            #[schema(value_type = TaxRoundingSchema)]
            pub tax_rounding: TaxRounding,
            /// Its lines.
            pub lines: Vec<DocumentLineBody>,
            /// Its taxes by code.
            pub taxes: Vec<TaxSummaryBody>,
            /// Σ of the lines after discount and without tax.
            pub subtotal: i64,
            /// Σ of what was taken off; subtracted already.
            pub discount_total: i64,
            /// Σ tax: charged less withheld.
            pub tax_total: i64,
            /// What the payer keeps back for the state; subtracted in `tax_total` already.
            pub withholding_total: i64,
            /// What is due: `subtotal` + `tax_total`.
            pub total: i64,
            $(
                /// What payments have settled, with discounts and write-offs.
                pub amount_paid: i64,
                /// What documents of the opposite kind have settled.
                pub amount_credited: i64,
                /// What is still open.
                pub $balance: i64,
                /// Its journal entry; none of a draft.
                pub entry_id: Option<Uuid>,
                /// The entry that took it back.
                pub void_entry_id: Option<Uuid>,
            )?
            /// A note for the reader.
            pub memo: Option<&'a str>,
            /// The terms of payment in words.
            pub terms: Option<&'a str>,
            /// The document it came from.
            pub source_id: Option<Uuid>,
            /// Free pairs.
            pub metadata: &'a BTreeMap<String, String>,
            /// When it was made.
            pub created_at: Moment,
            /// When it last changed.
            pub updated_at: Moment,
            /// Counts its changes from 1.
            pub version: i64,
            /// What a dry run would post.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub entry: Option<EntryBody<'a>>,
            /// What the caller should know; nothing of it stops the document.
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            pub warnings: &'a [WarningBody],
            /// Where tax was rounded, and by how much; with `explain=true`.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub rounding: Option<&'a [RoundingStepBody]>,
        }

        impl<'a> $body<'a> {
            pub(super) fn of(document: &'a Document, besides: &'a Besides, today: time::Date) -> Self {
                let (created_at, updated_at, version) = stamps(document);
                Self {
                    id: document.id.0,
                    external_id: document.external_id.as_deref(),
                    $number: document.number.as_deref(),
                    reference_number: document.reference_number.as_deref(),
                    $party: document.contact_id.0,
                    date: Day(document.date),
                    $due: document.due_date.map(Day),
                    $($corrects: document.source_id.map(|id| id.0),)?
                    $($converted: document.converted_to_id.map(|id| id.0),)?
                    status: document.status(today).name(),
                    currency_code: document.currency_code,
                    exchange_rate: document.exchange_rate.millionths(),
                    tax_mode: document.tax_mode,
                    tax_rounding: document.tax_rounding,
                    lines: document.lines.iter().map(DocumentLineBody::from).collect(),
                    taxes: document.taxes.iter().map(TaxSummaryBody::from).collect(),
                    subtotal: document.totals.subtotal,
                    discount_total: document.totals.discount_total,
                    tax_total: document.totals.tax_total,
                    withholding_total: document.totals.withholding_total,
                    total: document.totals.total,
                    $(
                        amount_paid: document.amount_paid,
                        amount_credited: document.amount_credited,
                        $balance: document.open,
                        entry_id: document.entry_id.map(|id| id.0),
                        void_entry_id: document.void_entry_id.map(|id| id.0),
                    )?
                    memo: document.memo.as_deref(),
                    terms: document.terms.as_deref(),
                    source_id: document.source_id.map(|id| id.0),
                    metadata: &document.metadata.0,
                    created_at,
                    updated_at,
                    version,
                    entry: entry_body(besides.entry.as_ref()),
                    warnings: &besides.warnings,
                    rounding: besides.rounding.as_deref(),
                }
            }
        }

        /// How to write a document.
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields, default)]
        #[into_params(parameter_in = Query)]
        pub struct WriteQuery {
            /// Answer what would be made and posted, write nothing, use no number.
            pub dry_run: Option<bool>,
            /// Answer where tax was rounded, and by how much.
            pub explain: Option<bool>,
        }

        /// What to tell of a document.
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields, default)]
        #[into_params(parameter_in = Query)]
        pub struct ExplainQuery {
            /// Answer where tax was rounded, and by how much.
            pub explain: Option<bool>,
        }

        list_query! {
            /// Which documents.
            $query {
                /// With this status today.
                #[param(value_type = Option<DocumentStatusSchema>)]
                status: DocumentStatus,
                /// Dated on or after.
                from: Day,
                /// Dated on or before.
                to: Day,
                /// Of this contact.
                $party: Uuid,
                /// With a last day before this one.
                due_before: Day,
                /// With a total of at least this, minor units.
                min_amount: i64,
                /// With a total of at most this, minor units.
                max_amount: i64,
                /// In this currency.
                #[param(min_length = 3, max_length = 3)]
                currency_code: String,
                /// With this external id.
                external_id: String,
                /// With this number.
                $number: String,
                /// With this text in number, reference number or memo.
                q: String,
                /// `-date` (newest first, the default), `date` or `due_date`.
                #[param(inline)]
                sort: DocumentSort,
            }
        }

        async fn answer_list(
            context: &Context,
            query: $query,
            is_open: bool,
            usual: DocumentSort,
        ) -> Result<HttpResponse, Problem> {
            let call = context.call()?;
            let paging = query.paging()?;
            let page = paging.page(read_dated_cursor)?;
            let today = context.app.clock.now().date();
            let order = query.sort.unwrap_or(usual).order();
            let wanted = Wanted {
                status: query.status,
                is_open,
                from: query.from,
                to: query.to,
                contact_id: query.$party,
                due_before: query.due_before,
                min_amount: query.min_amount,
                max_amount: query.max_amount,
                currency_code: query.currency_code,
                external_id: query.external_id,
                number: query.$number,
                q: query.q,
            };
            let query = DocumentQuery { filter: wanted.filter(KIND, today)?, order };
            let app = Arc::clone(&context.app);
            let listed = blocking(move || document::list(&app, &call, &query, &page)).await?;
            let nothing = Besides::default();
            let bodies: Vec<_> =
                listed.items.iter().map(|document| $body::of(document, &nothing, today)).collect();
            Ok(Answer::ok(context).items(
                &paging,
                &bodies,
                listed.total_count,
                listed.next.as_ref().map(write_dated_cursor),
            ))
        }

        /// Answers a document, explained where that was asked for.
        pub(super) async fn answer_one(
            context: &Context,
            answer: Answer<'_>,
            issued: Issued,
            explained: bool,
        ) -> Result<HttpResponse, Problem> {
            let today = context.app.clock.now().date();
            let (issued, trace) = if explained {
                let (app, call) = (Arc::clone(&context.app), context.call()?);
                blocking(move || {
                    let trace = document::explain(&app, &call, &issued.document)?;
                    Ok((issued, Some(trace)))
                })
                .await?
            } else {
                (issued, None)
            };
            let (document, besides) = Besides::of(issued, trace.as_deref());
            let version = document.version;
            Ok(answer.version(version).data($body::of(&document, &besides, today)))
        }

        fn alone(document: Document) -> Issued {
            Issued { document, entry: None, warnings: Vec::new() }
        }

        #[utoipa::path(tag = $tag, operation_id = $list_id, summary = concat!("List ", $noun, "s"), description = "Newest first by default. Filters are combined. `meta.total_count` is absent when a list is continued by cursor.", params($query), responses((status = 200, description = "A part of the list", body = Envelope<Vec<$body<'static>>>)))]
        #[get($path)]
        pub(crate) async fn list(
            context: Context,
            query: Query<$query>,
        ) -> Result<HttpResponse, Problem> {
            answer_list(&context, query.0, false, DocumentSort::NewestFirst).await
        }

        #[utoipa::path(tag = $tag, operation_id = $create_id, summary = concat!("Create the ", $noun), description = "What a line leaves out follows from its item, then from the contact, then from the settings. Totals that are sent along are checked.", params(WriteQuery), request_body = $write, responses((status = 200, description = "A dry run: what would be made", body = Envelope<$body<'static>>), (status = 201, description = "It", body = Envelope<$body<'static>>)))]
        #[post($path)]
        pub(crate) async fn create(
            context: Context,
            query: Query<WriteQuery>,
            json: Json<$write>,
        ) -> Result<HttpResponse, Problem> {
            let mut call = context.write(json.digest)?;
            call.dry_run = query.0.dry_run.unwrap_or(false);
            if json.body.version.is_some() {
                return Err(Problem::field("version", "unknown_field", "what is new has no version yet"));
            }
            let new = json.body.into_new()?;
            let (app, dry_run) = (Arc::clone(&context.app), call.dry_run);
            let done =
                queued(&context, call.company, move || document::create(&app, &call, KIND, &new)).await?;
            let id = done.value.document.id;
            let answer = if dry_run {
                Answer::ok(&context)
            } else {
                Answer::created(&context, &format!("{}/{id}", $path))
            };
            let explained = query.0.explain.unwrap_or(false);
            answer_one(&context, answer.replayed(done.replayed), done.value, explained).await
        }

        #[utoipa::path(tag = $tag, operation_id = $get_id, summary = concat!("Get the ", $noun), params(("id" = Uuid, Path, description = "Its id"), ExplainQuery), responses((status = 200, description = "It", body = Envelope<$body<'static>>)))]
        #[get($one)]
        pub(crate) async fn get_one(
            context: Context,
            id: Id,
            query: Query<ExplainQuery>,
        ) -> Result<HttpResponse, Problem> {
            let call = context.call()?;
            let app = Arc::clone(&context.app);
            let document = reading(&context, call.company, move || document::find(&app, &call, KIND, DocumentId(id.0))).await?;
            let explained = query.0.explain.unwrap_or(false);
            answer_one(&context, Answer::ok(&context), alone(document), explained).await
        }

        #[utoipa::path(tag = $tag, operation_id = $pdf_id, summary = concat!("Print the ", $noun), description = "As PDF (PDF/A-3b), on Letter where that is the paper of the company's country, else on A4. A draft is marked as such, and so is what was voided.", params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "The file", body = PdfFile, content_type = "application/pdf")))]
        #[get($pdf)]
        pub(crate) async fn pdf(context: Context, id: Id) -> Result<HttpResponse, Problem> {
            let call = context.call()?;
            let app = Arc::clone(&context.app);
            let printed = blocking(move || document::print(&app, &call, KIND, DocumentId(id.0))).await?;
            Ok(answer_pdf(printed))
        }

        #[utoipa::path(tag = $tag, operation_id = $patch_id, summary = concat!("Change the ", $noun), description = "Everything of a draft; of what was posted the last day, memo and metadata (else `posted_entry_immutable`).", params(("id" = Uuid, Path, description = "Its id"), ExplainQuery), request_body = $patch, responses((status = 200, description = "It", body = Envelope<$body<'static>>)))]
        #[patch($one)]
        pub(crate) async fn update(
            context: Context,
            id: Id,
            query: Query<ExplainQuery>,
            json: Json<$patch>,
        ) -> Result<HttpResponse, Problem> {
            let call = context.write(json.digest)?;
            let version = context.version(json.body.version.map(|version| version.0))?;
            let patch = json.body.into_patch()?;
            let app = Arc::clone(&context.app);
            let done = blocking(move || {
                document::revise(&app, &call, KIND, DocumentId(id.0), version, &patch)
            })
            .await?;
            let explained = query.0.explain.unwrap_or(false);
            answer_one(&context, Answer::ok(&context).replayed(done.replayed), done.value, explained).await
        }

        #[utoipa::path(tag = $tag, operation_id = $delete_id, summary = concat!("Delete the ", $noun), description = $delete_says, params(("id" = Uuid, Path, description = "Its id")), responses((status = 200, description = "What was deleted", body = Envelope<$body<'static>>)))]
        #[delete($one)]
        pub(crate) async fn remove(context: Context, id: Id) -> Result<HttpResponse, Problem> {
            let call = context.write(Hash::of(b""))?;
            let version = context.version(None)?;
            let app = Arc::clone(&context.app);
            let done =
                blocking(move || document::remove(&app, &call, KIND, DocumentId(id.0), version)).await?;
            let answer = Answer::ok(&context).replayed(done.replayed);
            answer_one(&context, answer, alone(done.value), false).await
        }

        #[utoipa::path(tag = $tag, operation_id = $put_id, summary = concat!("Create the ", $noun, " under an external id, once"), description = "Answers 201 the first time. A draft is replaced. What was posted is answered again when it says the same, and refused with `posted_entry_immutable` when it says something else.", params(("external_id" = String, Path, description = "The integrator's own id"), WriteQuery), request_body = $write, responses((status = 200, description = "It was there", body = Envelope<$body<'static>>), (status = 201, description = "It is made", body = Envelope<$body<'static>>)))]
        #[put($external)]
        pub(crate) async fn upsert(
            context: Context,
            external_id: ExternalId,
            query: Query<WriteQuery>,
            json: Json<$write>,
        ) -> Result<HttpResponse, Problem> {
            let mut call = context.write(json.digest)?;
            call.dry_run = query.0.dry_run.unwrap_or(false);
            let version = context.version(json.body.version.map(|version| version.0))?;
            external_id.agrees(json.body.external_id.as_deref())?;
            let new = json.body.into_new()?;
            let (app, dry_run) = (Arc::clone(&context.app), call.dry_run);
            let done = queued(&context, call.company, move || {
                document::upsert(&app, &call, KIND, &external_id.0, version, &new)
            })
            .await?;
            let id = done.value.value.document.id;
            let answer = if done.value.created && !dry_run {
                Answer::created(&context, &format!("{}/{id}", $path))
            } else {
                Answer::ok(&context)
            };
            let explained = query.0.explain.unwrap_or(false);
            answer_one(&context, answer.replayed(done.replayed), done.value.value, explained).await
        }
    };
}
pub(crate) use documents;

/// Declares the operations that only documents have which are posted.
macro_rules! posted_documents {
    (
        tag: $tag:tt,
        noun: $noun:tt,
        open: $open:tt,
        post: $post:tt,
        void: $void:tt,
        batch: $batch:tt,
        operations: ($open_id:tt, $post_id:tt, $void_id:tt, $batch_id:tt),
        bodies: ($write:ident, $body:ident, $query:ident, $batch_write:ident, $list:ident),
    ) => {
        use crate::document::body::{DocumentBatchBody, PostDraftBody, VoidBody};
        use crate::json::OptionalJson;
        use partita_application::document::VoidDraft;

        /// Many documents.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $batch_write {
            /// 1 to 1 000 documents.
            #[schema(min_items = 1, max_items = 1_000)]
            pub $list: Vec<$write>,
            /// Whether all are made or none, true by default; otherwise each has its own outcome.
            pub atomic: Option<bool>,
        }

        /// Whether to try only.
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(deny_unknown_fields, default)]
        #[into_params(parameter_in = Query)]
        pub struct DryRunQuery {
            /// Answer what would be posted, write nothing, use no number.
            pub dry_run: Option<bool>,
        }

        #[utoipa::path(tag = $tag, operation_id = $open_id, summary = concat!("List open ", $noun, "s"), description = "Those that were posted and of which something is open, the earliest due first.", params($query), responses((status = 200, description = "A part of the list", body = Envelope<Vec<$body<'static>>>)))]
        #[get($open)]
        pub(crate) async fn open(
            context: Context,
            query: Query<$query>,
        ) -> Result<HttpResponse, Problem> {
            answer_list(&context, query.0, true, usual_order()).await
        }

        #[utoipa::path(tag = $tag, operation_id = $post_id, summary = concat!("Post the ", $noun), description = "A draft gets its number and its journal entry.", params(("id" = Uuid, Path, description = "Its id"), WriteQuery), request_body(content = Option<PostDraftBody>), responses((status = 200, description = "It", body = Envelope<$body<'static>>)))]
        #[post($post)]
        pub(crate) async fn post_draft(
            context: Context,
            id: Id,
            query: Query<WriteQuery>,
            json: OptionalJson<PostDraftBody>,
        ) -> Result<HttpResponse, Problem> {
            let mut call = context.write(json.digest)?;
            call.dry_run = query.0.dry_run.unwrap_or(false);
            let version = context.version(json.body.version.map(|version| version.0))?;
            let reason = json.body.override_closed_period.map(|wish| wish.reason);
            let app = Arc::clone(&context.app);
            let done = blocking(move || {
                document::post(&app, &call, KIND, DocumentId(id.0), version, reason.as_deref())
            })
            .await?;
            let explained = query.0.explain.unwrap_or(false);
            answer_one(&context, Answer::ok(&context).replayed(done.replayed), done.value, explained).await
        }

        #[utoipa::path(tag = $tag, operation_id = $void_id, summary = concat!("Void the ", $noun), description = "Its journal entry is reversed; it stays in the lists, and its number is not used again. Nothing of it may be settled.", params(("id" = Uuid, Path, description = "Its id"), DryRunQuery), request_body(content = Option<VoidBody>), responses((status = 200, description = "It", body = Envelope<$body<'static>>)))]
        #[post($void)]
        pub(crate) async fn void(
            context: Context,
            id: Id,
            query: Query<DryRunQuery>,
            json: OptionalJson<VoidBody>,
        ) -> Result<HttpResponse, Problem> {
            let mut call = context.write(json.digest)?;
            call.dry_run = query.0.dry_run.unwrap_or(false);
            let draft = VoidDraft {
                version: context.version(json.body.version.map(|version| version.0))?,
                reason: json.body.reason,
                date: json.body.date.map(|day| day.0),
                override_closed_period: json.body.override_closed_period.map(|wish| wish.reason),
            };
            let app = Arc::clone(&context.app);
            let done =
                blocking(move || document::void(&app, &call, KIND, DocumentId(id.0), &draft)).await?;
            answer_one(&context, Answer::ok(&context).replayed(done.replayed), done.value, false).await
        }

        #[utoipa::path(tag = $tag, operation_id = $batch_id, summary = concat!("Create many ", $noun, "s"), description = "All or none by default; with `atomic: false` each has its own outcome, and those that are refused use no number.", params(DryRunQuery), request_body = $batch_write, responses((status = 200, description = "What became of each", body = Envelope<DocumentBatchBody>)))]
        #[post($batch)]
        pub(crate) async fn batch(
            context: Context,
            query: Query<DryRunQuery>,
            json: Json<$batch_write>,
        ) -> Result<HttpResponse, Problem> {
            let mut call = context.write(json.digest)?;
            call.dry_run = query.0.dry_run.unwrap_or(false);
            let atomic = json.body.atomic.unwrap_or(true);
            let news = json.body.$list.into_iter().enumerate().map(|(i, body)| {
                let path = format!("{}[{i}]", stringify!($list));
                if body.version.is_some() {
                    let problem = Problem::field("version", "unknown_field", "what is new has no version yet");
                    return Err(problem.under(&path));
                }
                body.into_new().map_err(|problem| problem.under(&path))
            });
            let news: Vec<NewDocument> = news.collect::<Result<_, _>>()?;
            let app = Arc::clone(&context.app);
            let done = blocking(move || {
                document::create_batch(&app, &call, KIND, stringify!($list), &news, atomic)
            })
            .await?;
            Ok(Answer::ok(&context).replayed(done.replayed).data(DocumentBatchBody::from(done.value)))
        }
    };
}
pub(crate) use posted_documents;
