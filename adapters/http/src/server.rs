//! The server: listeners, middleware, drain.

use crate::client_address::TrustedProxies;
use crate::cors::{cors, refresh};
use crate::health::Started;
use crate::request::{Gate, gate};
use crate::routes;
use crate::service_config::ServiceConfig;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{HttpServer, web};
use partita_application::App;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// How the API is served.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Where it listens.
    pub bind: SocketAddr,
    /// How many threads read and write HTTP.
    pub workers: usize,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long accepted requests may take when the service stops.
    pub drain_seconds: u64,
    /// The largest body, counted after decompression.
    pub max_body_bytes: usize,
}

/// Serves until SIGTERM or SIGINT, then answers what was accepted. `on_ready` learns the address once it listens.
///
/// # Errors
/// When the address cannot be bound, or the listener fails.
pub async fn serve(
    app: Arc<App>,
    options: HttpOptions,
    on_ready: impl FnOnce(SocketAddr),
) -> std::io::Result<()> {
    let started = web::Data::new(Started(app.clock.now()));
    let gate_data =
        web::Data::new(Gate { proxies: TrustedProxies(options.trusted_proxies.clone()), ..Gate::default() });
    let app = web::Data::from(app);
    let limit = options.max_body_bytes;
    let server = HttpServer::new(move || {
        actix_web::App::new()
            .app_data(app.clone())
            .app_data(gate_data.clone())
            .app_data(started.clone())
            .app_data(web::PayloadConfig::new(limit))
            .wrap(from_fn(gate))
            .wrap(cors(&gate_data.origins))
            .wrap(from_fn(refresh))
            .wrap(Compress::default())
            .service(crate::health::health)
            .service(
                web::scope("/api/v1")
                    .configure(|router| routes::api(&mut ServiceConfig::Router(router)))
                    .configure(routes::discovery),
            )
            .configure(routes::discovery)
            .default_service(web::to(routes::nothing))
    })
    .workers(options.workers)
    .shutdown_timeout(options.drain_seconds)
    .bind(options.bind)?;
    if let Some(address) = server.addrs().first() {
        on_ready(*address);
    }
    server.run().await
}
