//! The OpenAPI 3.1 document, gathered from the handlers.

use crate::problem::ErrorEnvelope;
use crate::service_config::{Description, ServiceConfig};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem, Paths};
use utoipa::openapi::schema::{Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, ObjectBuilder, OpenApi as Document, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Partita",
        description = "Double-entry books behind a REST API.\n\nMoney is whole minor units (cents) of the resource's currency; dates are `YYYY-MM-DD`; moments are RFC 3339 in UTC. Every answer has the same envelope. Every write takes an `Idempotency-Key`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    servers((url = "/", description = "This server")),
    components(schemas(ErrorEnvelope)),
    modifiers(&Security, &Common),
    security(("api_key" = []), ("bearer" = []))
)]
struct Api;

/// The document.
pub(crate) fn document() -> Document {
    let mut description = Description::default();
    crate::routes::api(&mut ServiceConfig::Document(&mut description));
    let mut document = Api::openapi();
    document.paths.paths.extend(below_base(description.paths));
    document.components.get_or_insert_default().schemas.extend(description.schemas);
    // Modifiers of the derive run before the operations are gathered.
    Common.modify(&mut document);
    document
}

/// The operations without the schemas that they name, which are most of the document.
pub(crate) fn operations() -> impl Iterator<Item = (String, PathItem)> {
    let mut paths = Paths::new();
    crate::routes::api(&mut ServiceConfig::Paths(&mut paths));
    below_base(paths)
}

fn below_base(paths: Paths) -> impl Iterator<Item = (String, PathItem)> {
    paths.paths.into_iter().map(|(path, item)| (format!("/api/v1{path}"), item))
}

/// The document as pretty JSON text.
///
/// A document that cannot be written is empty; the tests read it back.
#[must_use]
pub fn openapi_json() -> String {
    document().to_pretty_json().unwrap_or_default()
}

/// The methods of a path.
pub(crate) fn methods(item: &PathItem) -> Vec<&'static str> {
    let operations = [
        ("GET", item.get.is_some()),
        ("PUT", item.put.is_some()),
        ("POST", item.post.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    operations.into_iter().filter_map(|(method, has)| has.then_some(method)).collect()
}

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let Some(components) = document.components.as_mut() else { return };
        let key = ApiKeyValue::with_description("X-API-Key", "A key of 64 characters");
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A key or a session token"))
            .build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// What every operation answers when it fails, and the headers that every write takes.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut Document) {
        for item in document.paths.paths.values_mut() {
            let operations = [
                (false, &mut item.get),
                (true, &mut item.put),
                (true, &mut item.post),
                (true, &mut item.patch),
                (true, &mut item.delete),
            ];
            for (writes, operation) in operations {
                if let Some(operation) = operation {
                    add_failures(operation, writes);
                    if writes && !is_never_replayed(operation) {
                        add_write_headers(operation);
                    }
                    add_request_id(operation);
                }
            }
        }
    }
}

fn add_failures(operation: &mut Operation, writes: bool) {
    let mut failures = vec![
        ("400", "The request breaks a constraint (`validation_error`) or cannot be read (`bad_request`)"),
        ("401", "Nobody is known by this credential"),
        ("403", "The caller may not do this (`forbidden`), or the period is closed (`closed_period`)"),
        ("404", "There is no such resource"),
        ("429", "Too many requests; `Retry-After` says when to try again"),
        ("500", "Something failed on our side; the request id finds it in the log"),
        ("503", "The database does not answer; try again after `Retry-After` seconds"),
    ];
    if writes {
        failures.extend([
            ("408", "The body did not arrive in time"),
            ("409", "The change contradicts what is stored"),
            ("413", "The body is too large"),
            ("415", "The body is not of a type that this operation takes"),
            ("422", "The `Idempotency-Key` was used for another request, or an entry by hand names a control account that is locked (`control_account`)"),
            ("507", "The disk is full"),
        ]);
    }
    for (status, description) in failures {
        if operation.responses.responses.contains_key(status) {
            continue;
        }
        let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorEnvelope"))));
        let response =
            ResponseBuilder::new().description(description).content("application/json", content).build();
        operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
    }
}

fn header(name: &str, description: &str, max_length: Option<usize>) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).max_length(max_length).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(RefOr::T(Schema::Object(schema))))
        .build()
}

fn add_parameter(operation: &mut Operation, parameter: Parameter) {
    let parameters = operation.parameters.get_or_insert_with(Vec::new);
    if !parameters.iter().any(|known| matches!(known, RefOr::T(known) if known.name == parameter.name)) {
        parameters.push(RefOr::T(parameter));
    }
}

/// What takes or makes a secret of a person is not kept, so it cannot be answered again.
fn is_never_replayed(operation: &Operation) -> bool {
    let secret = ["logIn", "logOut", "changePassword", "setUserPassword", "pairDevice"];
    operation.operation_id.as_deref().is_some_and(|id| secret.contains(&id))
}

fn add_write_headers(operation: &mut Operation) {
    let description = "Makes the request safe to repeat: the first outcome is kept for ever and answered again with `Idempotency-Replayed: true`";
    add_parameter(operation, header("Idempotency-Key", description, Some(255)));
}

fn add_request_id(operation: &mut Operation) {
    let description = "A ULID is kept as the id of this request; anything else is replaced";
    add_parameter(operation, header("X-Request-Id", description, None));
}
