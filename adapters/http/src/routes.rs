//! Every operation of the API.

use crate::problem::Problem;
use crate::service_config::ServiceConfig;
use crate::{
    account, ageing, api_key, audit_event, balance, company, contact, docs, document, exchange_rate, health,
    inventory, item, journal_entry, pairing, payment, period, recurring, revaluation, role, sequence,
    session, settings, tax_code, tax_entry, tax_group, user,
};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::OnceLock;

/// The operations below `/api/v1`.
pub(crate) fn api(config: &mut ServiceConfig<'_>) {
    // The router tries them in this order, so those that are called most come first.
    config.configure(journal_entry::routes).configure(account::routes).configure(balance::routes);
    config.configure(document::routes).configure(payment::routes);
    config.configure(contact::routes);
    config.service(health::health);
    config.configure(item::routes).configure(inventory::routes);
    config.configure(period::routes).configure(audit_event::routes);
    config.configure(session::routes).configure(user::routes).configure(role::routes);
    config.configure(api_key::routes).configure(pairing::routes);
    config.configure(company::routes).configure(settings::routes).configure(sequence::routes);
    config.configure(tax_code::routes).configure(tax_group::routes).configure(exchange_rate::routes);
    config.configure(recurring::routes).configure(revaluation::routes);
    config.configure(ageing::routes).configure(tax_entry::routes);
}

/// What lies at the root as well as below `/api/v1`.
pub(crate) fn discovery(config: &mut web::ServiceConfig) {
    config
        .route("/openapi.json", web::get().to(docs::document))
        .route("/docs", web::get().to(docs::to_docs))
        .route("/docs/{tail:.*}", web::get().to(docs::docs));
}

/// Nothing matched: 405 with `Allow` where the path is known, 404 where it is not.
pub(crate) async fn nothing(req: HttpRequest) -> Result<HttpResponse, Problem> {
    let allowed = allowed_methods(req.path());
    // A path that differs from a known one by a slash only is not known.
    if allowed.is_empty() || allowed.contains(&req.method().as_str()) {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("there is nothing at {}", req.path()),
        ));
    }
    let message =
        format!("{} is not a method of {}; there are {}", req.method(), req.path(), allowed.join(", "));
    let mut problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message);
    problem.details.insert("allowed".to_owned(), allowed.into());
    Err(problem)
}

static PATHS: OnceLock<Vec<(Vec<String>, Vec<&'static str>)>> = OnceLock::new();

fn allowed_methods(path: &str) -> Vec<&'static str> {
    let known = PATHS.get_or_init(|| {
        let mut known: Vec<(Vec<String>, Vec<&'static str>)> = crate::openapi::operations()
            .map(|(path, item)| (segments(&path), crate::openapi::methods(&item)))
            .collect();
        for path in ["/health", "/openapi.json", "/docs", "/api/v1/openapi.json", "/api/v1/docs"] {
            known.push((segments(path), vec!["GET"]));
        }
        known
    });
    let wanted = segments(path);
    let fits = |template: &[String]| {
        template.len() == wanted.len()
            && template.iter().zip(&wanted).all(|(known, given)| known.starts_with('{') || known == given)
    };
    // A literal path wins over one with a parameter, as the router has it.
    let parameters = |template: &[String]| template.iter().filter(|segment| segment.starts_with('{')).count();
    let found: Vec<_> = known.iter().filter(|(template, _)| fits(template)).collect();
    let fewest = found.iter().map(|(template, _)| parameters(template)).min();
    let mut methods: Vec<&'static str> = found
        .iter()
        .filter(|(template, _)| Some(parameters(template)) == fewest)
        .flat_map(|(_, methods)| methods.iter().copied())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.dedup();
    methods
}

fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}
