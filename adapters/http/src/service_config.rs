//! Where handlers are registered: with the router of a worker, or with the document. The description of all operations is
//! large, so no worker makes one.

use actix_web::dev::HttpServiceFactory;
use actix_web::{Route, web};
use std::collections::BTreeMap;
use utoipa::openapi::path::Paths;
use utoipa::openapi::{RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// What takes handlers.
pub(crate) enum ServiceConfig<'a> {
    /// Serves them.
    Router(&'a mut web::ServiceConfig),
    /// Describes them.
    Document(&'a mut Description),
    /// Notes their paths.
    Paths(&'a mut Paths),
}

/// What handlers say of themselves.
#[derive(Default)]
pub(crate) struct Description {
    /// Their paths, without the base path.
    pub(crate) paths: Paths,
    /// The schemas that they name.
    pub(crate) schemas: BTreeMap<String, RefOr<Schema>>,
}

impl ServiceConfig<'_> {
    /// Takes a handler.
    pub(crate) fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(
        &mut self,
        factory: F,
    ) -> &mut Self {
        match self {
            Self::Router(router) => {
                router.service(factory);
            }
            Self::Document(description) => {
                description.paths.merge(factory.paths());
                let mut schemas = Vec::new();
                factory.schemas(&mut schemas);
                description.schemas.extend(schemas);
            }
            Self::Paths(paths) => paths.merge(factory.paths()),
        }
        self
    }

    /// Takes a route that is not described.
    pub(crate) fn route(&mut self, path: &str, route: Route) -> &mut Self {
        if let Self::Router(router) = self {
            router.route(path, route);
        }
        self
    }

    /// Takes the handlers of a module.
    pub(crate) fn configure(&mut self, module: impl FnOnce(&mut ServiceConfig<'_>)) -> &mut Self {
        module(self);
        self
    }
}
