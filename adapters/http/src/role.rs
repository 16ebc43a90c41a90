//! `/roles` and `/permissions`: what people may do.

use crate::context::{Context, blocking};
use crate::envelope::{Answer, Envelope};
use crate::json::Json;
use crate::paging::list_query;
use crate::path::text;
use crate::problem::Problem;
use crate::query::Query;
use crate::scalar::Whole;
use crate::service_config::ServiceConfig;
use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, dev, get, post, put};
use partita_application::role;
use partita_domain::hash::Hash;
use partita_domain::permission::{Permission, Permissions};
use partita_domain::refusal::Refusal;
use partita_domain::role::Role;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;
use utoipa::openapi::schema::{ArrayBuilder, Object, Schema, Type};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list)
        .service(create)
        .service(get_one)
        .service(update)
        .service(remove)
        .service(list_permissions);
}

/// The names of all permissions, for the document.
pub(crate) struct PermissionNameSchema;

impl PartialSchema for PermissionNameSchema {
    fn schema() -> RefOr<Schema> {
        let schema: Object = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A permission; `admin` implies all others."))
            .enum_values(Some(Permission::all().map(Permission::name)))
            .build();
        schema.into()
    }
}

impl ToSchema for PermissionNameSchema {
    fn name() -> std::borrow::Cow<'static, str> {
        "Permission".into()
    }
}

/// Permissions, as a caller gives them: the name of a preset, or a list of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenPermissions(Vec<String>);

impl GivenPermissions {
    const PRESETS: [&'static str; 2] = ["read_only", "read_write"];

    /// What they come to.
    ///
    /// # Errors
    /// `permissions[i]` with constraint `one_of`.
    pub(crate) fn read(&self) -> Result<Permissions, Refusal> {
        Permissions::named(&self.0)
    }
}

impl<'de> Deserialize<'de> for GivenPermissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = GivenPermissions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`read_only`, `read_write` or a list of permissions")
            }
            fn visit_str<E: de::Error>(self, preset: &str) -> Result<GivenPermissions, E> {
                if GivenPermissions::PRESETS.contains(&preset) {
                    Ok(GivenPermissions(vec![preset.to_owned()]))
                } else {
                    Err(E::custom("one_of: give `read_only`, `read_write` or a list of permissions"))
                }
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<GivenPermissions, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = access.next_element::<String>()? {
                    names.push(name);
                }
                Ok(GivenPermissions(names))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl PartialSchema for GivenPermissions {
    fn schema() -> RefOr<Schema> {
        let preset: Object = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A preset"))
            .enum_values(Some(Self::PRESETS))
            .build();
        let names = ArrayBuilder::new().items(Ref::from_schema_name(PermissionNameSchema::name())).build();
        let one_of = OneOfBuilder::new()
            .description(Some("The name of a preset, or a list of permissions."))
            .item(preset)
            .item(Schema::Array(names))
            .build();
        Schema::OneOf(one_of).into()
    }
}

impl ToSchema for GivenPermissions {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((PermissionNameSchema::name().into_owned(), PermissionNameSchema::schema()));
    }
}

/// A role, as a caller gives it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleWriteBody {
    /// Its name: lower-case letters, digits and `_`. It does not change.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9_]+$", example = "auditor")]
    name: String,
    /// What for.
    #[serde(default)]
    #[schema(max_length = 255, example = "Reads the books and the audit trail")]
    description: String,
    /// What it may do; no more than the caller.
    permissions: GivenPermissions,
}

/// A role, as a caller changes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleUpdateBody {
    /// Its name, when it is repeated; it does not change.
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9_]+$", example = "auditor")]
    name: Option<String>,
    /// What for.
    #[serde(default)]
    #[schema(max_length = 255, example = "Reads the books and the audit trail")]
    description: String,
    /// What it may do; no more than the caller.
    permissions: GivenPermissions,
    /// The version that the caller has seen; or send `If-Match`.
    version: Option<Whole>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleBody {
    /// Its name.
    #[schema(example = "accountant")]
    name: String,
    /// What for.
    description: String,
    /// What it may do.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    permissions: Vec<String>,
    /// Whether it came with Partita; such a role does not change.
    is_system: bool,
    /// Counts its changes from 1.
    version: i64,
}

impl From<&Role> for RoleBody {
    fn from(role: &Role) -> Self {
        Self {
            name: role.name.clone(),
            description: role.description.clone(),
            permissions: role.permissions.names(),
            is_system: role.is_system,
            version: role.version,
        }
    }
}

/// What may be granted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PermissionsBody {
    /// Every permission.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    permissions: Vec<String>,
    /// What the names of sets stand for.
    presets: PresetsBody,
}

/// What the names of sets stand for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresetsBody {
    /// Reads everything.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    read_only: Vec<String>,
    /// Reads and writes everything but people and settings.
    #[schema(value_type = Vec<PermissionNameSchema>)]
    read_write: Vec<String>,
}

/// The `{name}` of a path.
pub(crate) struct RoleName(String);

impl FromRequest for RoleName {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(text(req, "name").and_then(|name| {
            // Some databases cannot even be asked for a text with a NUL in it.
            if name.chars().any(char::is_control) {
                return Err(Problem::field("name", "format", "control characters are not allowed"));
            }
            Ok(Self(name))
        }))
    }
}

impl RoleName {
    /// Checks that a body which repeats the name repeats this one.
    fn agrees(&self, in_body: Option<&str>) -> Result<(), Problem> {
        match in_body {
            Some(other) if other != self.0 => Err(Problem::field(
                "name",
                "one_of",
                format!("the path says `{}`, the body says `{other}`; a role keeps its name", self.0),
            )),
            _ => Ok(()),
        }
    }
}

list_query! {
    /// Which roles.
    RoleQuery {}
}

/// List roles
///
/// Those that come with Partita first, then the company's own.
#[utoipa::path(tag = "Users", operation_id = "listRoles", params(RoleQuery), responses((status = 200, description = "A part of the roles", body = Envelope<Vec<RoleBody>>)))]
#[get("/roles")]
pub(crate) async fn list(context: Context, query: Query<RoleQuery>) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let paging = query.0.paging()?;
    let page = paging.page(|cursor| cursor.parse::<i64>().ok())?;
    let app = Arc::clone(&context.app);
    let listed = blocking(move || role::list(&app, &call, &page)).await?;
    Ok(Answer::ok(&context).list(&paging, listed, |role| RoleBody::from(role), i64::to_string))
}

/// Create a role
///
/// A role of the company's own. Nobody makes one that may do more than they may themselves.
#[utoipa::path(tag = "Users", operation_id = "createRole", request_body = RoleWriteBody, responses((status = 201, description = "The role", body = Envelope<RoleBody>)))]
#[post("/roles")]
pub(crate) async fn create(context: Context, json: Json<RoleWriteBody>) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let permissions = body.permissions.read()?;
    let app = Arc::clone(&context.app);
    let done =
        blocking(move || role::create(&app, &call, &body.name, &body.description, permissions)).await?;
    Ok(Answer::created(&context, &format!("/roles/{}", done.value.name))
        .replayed(done.replayed)
        .version(done.value.version)
        .data(RoleBody::from(&done.value)))
}

/// Get a role
#[utoipa::path(tag = "Users", operation_id = "getRole", params(("name" = String, Path, description = "Its name")), responses((status = 200, description = "The role", body = Envelope<RoleBody>)))]
#[get("/roles/{name}")]
pub(crate) async fn get_one(context: Context, name: RoleName) -> Result<HttpResponse, Problem> {
    let call = context.call()?;
    let app = Arc::clone(&context.app);
    let role = blocking(move || role::find(&app, &call, &name.0)).await?;
    Ok(Answer::ok(&context).version(role.version).data(RoleBody::from(&role)))
}

/// Update a role
///
/// Replaces description and permissions; whoever has the role has them at once. Roles that come with Partita do not
/// change.
#[utoipa::path(tag = "Users", operation_id = "updateRole", params(("name" = String, Path, description = "Its name")), request_body = RoleUpdateBody, responses((status = 200, description = "The role", body = Envelope<RoleBody>)))]
#[put("/roles/{name}")]
pub(crate) async fn update(
    context: Context,
    name: RoleName,
    json: Json<RoleUpdateBody>,
) -> Result<HttpResponse, Problem> {
    let call = context.write(json.digest)?;
    let body = json.body;
    let version = context.version(body.version.map(|version| version.0))?;
    name.agrees(body.name.as_deref())?;
    let permissions = body.permissions.read()?;
    let app = Arc::clone(&context.app);
    let done =
        blocking(move || role::revise(&app, &call, &name.0, version, &body.description, permissions)).await?;
    Ok(Answer::ok(&context)
        .replayed(done.replayed)
        .version(done.value.version)
        .data(RoleBody::from(&done.value)))
}

/// Remove a role
///
/// Only a role of the company's own that nobody has.
#[utoipa::path(tag = "Users", operation_id = "deleteRole", params(("name" = String, Path, description = "Its name")), responses((status = 200, description = "The role as it was", body = Envelope<RoleBody>)))]
#[delete("/roles/{name}")]
pub(crate) async fn remove(context: Context, name: RoleName) -> Result<HttpResponse, Problem> {
    let call = context.write(Hash::of(b""))?;
    let app = Arc::clone(&context.app);
    let done = blocking(move || role::delete(&app, &call, &name.0)).await?;
    Ok(Answer::ok(&context).replayed(done.replayed).data(RoleBody::from(&done.value)))
}

/// List permissions
///
/// Every permission there is, and what the presets stand for.
#[utoipa::path(tag = "Users", operation_id = "listPermissions", responses((status = 200, description = "The permissions", body = Envelope<PermissionsBody>)))]
#[get("/permissions")]
pub(crate) async fn list_permissions(context: Context) -> Result<HttpResponse, Problem> {
    context.caller()?;
    Ok(Answer::ok(&context).data(PermissionsBody {
        permissions: Permission::all().map(Permission::name).collect(),
        presets: PresetsBody {
            read_only: Permissions::read_only().names(),
            read_write: Permissions::read_write().names(),
        },
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[derive(Debug, Deserialize)]
    struct Body {
        permissions: GivenPermissions,
    }

    fn read(permissions: &str) -> Result<Permissions, Problem> {
        let body: Body = parse(format!("{{\"permissions\": {permissions}}}").as_bytes())?;
        Ok(body.permissions.read()?)
    }

    #[test]
    fn permissions_are_a_preset_or_a_list() {
        assert_eq!(read("\"read_only\"").unwrap(), Permissions::read_only());
        assert_eq!(read("\"read_write\"").unwrap(), Permissions::read_write());
        assert_eq!(
            read("[\"journal:write\", \"periods:lock\"]").unwrap(),
            Permissions::of([Permission::JOURNAL_WRITE, Permission::PERIODS_LOCK])
        );
        assert_eq!(read("[]").unwrap(), Permissions::default());
    }

    #[test]
    fn what_is_neither_is_told_where_and_why() {
        let refused = |permissions: &str| {
            let details = read(permissions).unwrap_err().details;
            (
                details["field"].as_str().unwrap().to_owned(),
                details["constraint"].as_str().unwrap().to_owned(),
            )
        };
        let at = |field: &str, constraint: &str| (field.to_owned(), constraint.to_owned());
        assert_eq!(refused("\"journal:write\""), at("permissions", "one_of"));
        assert_eq!(refused("[\"journal:read\", \"journal:burn\"]"), at("permissions[1]", "one_of"));
        assert_eq!(refused("[\"read_only\", \"journal:write\"]"), at("permissions[0]", "one_of"));
        assert_eq!(refused("[\"journal:read\", 7]"), at("permissions[1]", "type"));
        assert_eq!(refused("7"), at("permissions", "type"));
        assert_eq!(refused("null"), at("permissions", "type"));
    }

    /// How the guide writes what a set of permissions grants of a group, or of a permission that stands alone.
    fn granted(permissions: Permissions, row: &str) -> &'static str {
        let allows = |name: &str| Permission::named(name).is_some_and(|p| permissions.allows(p));
        if row.contains(':') || row == "admin" {
            return if allows(row) { "yes" } else { "–" };
        }
        match (allows(&format!("{row}:read")), allows(&format!("{row}:write"))) {
            (true, true) => "read, write",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => "–",
        }
    }

    #[test]
    fn the_guide_says_what_roles_and_presets_grant() {
        let guide = include_str!("../../../docs/guides/keys-and-permissions.md");
        let sets: Vec<Permissions> = Role::built_in()
            .into_iter()
            .map(|role| role.permissions)
            .chain([Permissions::read_only(), Permissions::read_write()])
            .collect();
        let alone = ["periods:override", "periods:lock", "admin"];
        for row in partita_domain::permission::GROUPS.into_iter().chain(alone) {
            let cells: Vec<&str> = sets.iter().map(|set| granted(*set, row)).collect();
            let line = format!("| `{row}` | {} |", cells.join(" | "));
            assert!(guide.contains(&line), "the guide lacks: {line}");
        }
        for role in Role::built_in() {
            assert!(guide.contains(&role.description), "{}", role.name);
        }
    }
}
