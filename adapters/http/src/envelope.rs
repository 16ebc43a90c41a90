//! The frame of every answer.

use crate::context::Context;
use crate::scalar::Moment;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, HeaderName, HeaderValue, LOCATION};
use actix_web::{HttpResponse, HttpResponseBuilder};
use partita_application::page::Listed;
use serde::Serialize;
use utoipa::ToSchema;

/// Says that an idempotency key was seen before.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A successful answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// What was asked for.
    pub data: T,
    /// About the answer.
    pub meta: Meta,
}

/// About an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// Names the request in logs and in the audit trail.
    #[schema(example = "01J9XK5M3N8Q2R4S6T8V0W1X2Y")]
    pub request_id: String,
    /// When it was answered.
    pub timestamp: Moment,
    /// How many there are in all; absent when a filtered list is continued by cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<i64>,
    /// At most so many were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// So many were passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
    /// Give it back as `cursor` to go on; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// The page, when `page` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_page: Option<i64>,
    /// How many pages, when `page` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_pages: Option<i64>,
    /// How many in all, when `page` was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_records: Option<i64>,
}

impl Meta {
    /// Without anything of a list.
    pub(crate) fn plain(context: &Context) -> Self {
        Self {
            request_id: context.request_id.clone(),
            timestamp: Moment(context.app.clock.now()),
            total_count: None,
            limit: None,
            offset: None,
            next_cursor: None,
            current_page: None,
            total_pages: None,
            total_records: None,
        }
    }
}

/// An answer that is being put together.
pub(crate) struct Answer<'a> {
    context: &'a Context,
    builder: HttpResponseBuilder,
}

impl<'a> Answer<'a> {
    /// 200.
    pub(crate) fn ok(context: &'a Context) -> Self {
        Self { context, builder: HttpResponse::Ok() }
    }

    /// 201 with `Location`.
    pub(crate) fn created(context: &'a Context, location: &str) -> Self {
        let mut builder = HttpResponse::build(StatusCode::CREATED);
        builder.insert_header((LOCATION, format!("/api/v1{location}")));
        Self { context, builder }
    }

    /// Says whether the outcome is that of an earlier request.
    pub(crate) fn replayed(mut self, replayed: bool) -> Self {
        if replayed {
            self.builder.insert_header((REPLAYED, HeaderValue::from_static("true")));
        }
        self
    }

    /// Names the version, for `If-Match`.
    pub(crate) fn version(mut self, version: i64) -> Self {
        self.builder.insert_header((ETAG, format!("\"{version}\"")));
        self
    }

    /// The answer.
    pub(crate) fn data<T: Serialize>(mut self, data: T) -> HttpResponse {
        self.builder.json(Envelope { success: true, data, meta: Meta::plain(self.context) })
    }

    /// The answer for a part of a list; `cursor` writes where the next part begins.
    pub(crate) fn list<T, C, B: Serialize>(
        self,
        paging: &crate::paging::Paging,
        listed: Listed<T, C>,
        body: impl Fn(&T) -> B,
        cursor: impl Fn(&C) -> String,
    ) -> HttpResponse {
        let bodies: Vec<B> = listed.items.iter().map(body).collect();
        self.items(paging, &bodies, listed.total_count, listed.next.as_ref().map(cursor))
    }

    /// The same for bodies that borrow what was listed.
    pub(crate) fn items<B: Serialize>(
        mut self,
        paging: &crate::paging::Paging,
        data: &[B],
        total: Option<i64>,
        next: Option<String>,
    ) -> HttpResponse {
        let meta = paging.meta(Meta::plain(self.context), total, next);
        self.builder.json(Envelope { success: true, data, meta })
    }
}
