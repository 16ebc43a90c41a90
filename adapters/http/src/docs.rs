//! Swagger UI and openapi.json, from inside the binary.

use crate::openapi::openapi_json;
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::{Arc, OnceLock};
use utoipa_swagger_ui::Config;

static DOCUMENT: OnceLock<String> = OnceLock::new();

/// The document, written once.
pub(crate) async fn document() -> HttpResponse {
    let document: &'static str = DOCUMENT.get_or_init(openapi_json);
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(document)
}

/// `/docs` has its assets below it, so the page needs the slash.
pub(crate) async fn to_docs(req: HttpRequest) -> HttpResponse {
    HttpResponse::build(StatusCode::MOVED_PERMANENTLY)
        .insert_header((LOCATION, format!("{}/", req.path())))
        .finish()
}

/// A file of Swagger UI.
pub(crate) async fn docs(tail: web::Path<String>) -> Result<HttpResponse, Problem> {
    let config = Config::from("../openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(true)
        .filter(true)
        .display_request_duration(true);
    match utoipa_swagger_ui::serve(&tail, Arc::new(config)) {
        Ok(Some(file)) => {
            Ok(HttpResponse::Ok().content_type(file.content_type).body(file.bytes.into_owned()))
        }
        Ok(None) => Err(Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such page")),
        Err(error) => Err(Problem::internal(error)),
    }
}
