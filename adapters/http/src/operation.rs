//! What the document says of the operation that a request is for, so that every handler keeps to it without asking.

use crate::problem::Problem;
use actix_web::HttpRequest;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation as Documented, ParameterIn};

/// What is known of an operation.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    /// Whether anybody may call it, known or not.
    pub(crate) is_public: bool,
    query: BTreeSet<String>,
}

impl Operation {
    /// The operation of a request; one that nobody has described takes nothing and is not public.
    pub(crate) fn of(req: &HttpRequest) -> &'static Self {
        static OPERATIONS: OnceLock<HashMap<String, Operation>> = OnceLock::new();
        static NONE: OnceLock<Operation> = OnceLock::new();
        let operations = OPERATIONS.get_or_init(all);
        let method = req.method();
        // A path without parameters is its own pattern, which spares the router a second search.
        if let Some(operation) = operations.get(&format!("{method} {}", req.path())) {
            return operation;
        }
        let pattern = req.match_pattern().unwrap_or_default();
        // What lies at the root lies below the base path too.
        let found = operations
            .get(&format!("{method} {pattern}"))
            .or_else(|| operations.get(&format!("{method} /api/v1{pattern}")));
        found.unwrap_or_else(|| NONE.get_or_init(Self::default))
    }

    /// Refuses a query parameter that the operation does not have.
    ///
    /// # Errors
    /// 400 with `unknown_field`.
    pub(crate) fn check_query(&self, query: &str) -> Result<(), Problem> {
        if query.is_empty() {
            return Ok(());
        }
        let unknown =
            form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !self.query.contains(&**name));
        match unknown {
            None => Ok(()),
            Some((name, _)) => {
                let known: Vec<&str> = self.query.iter().map(String::as_str).collect();
                let message = if known.is_empty() {
                    "this operation has no query parameters".to_owned()
                } else {
                    format!("the query parameters of this operation are {}", known.join(", "))
                };
                Err(Problem::field(name, "unknown_field", message))
            }
        }
    }
}

fn all() -> HashMap<String, Operation> {
    let mut operations = HashMap::new();
    for (path, item) in crate::openapi::operations() {
        let documented = [
            ("GET", &item.get),
            ("PUT", &item.put),
            ("POST", &item.post),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        for (method, documented) in documented {
            if let Some(documented) = documented {
                operations.insert(format!("{method} {path}"), described(documented));
            }
        }
    }
    operations
}

fn described(documented: &Documented) -> Operation {
    let parameters = documented.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => Some(parameter.name.clone()),
        _ => None,
    });
    Operation { is_public: documented.security.is_some(), query: parameters.collect() }
}
