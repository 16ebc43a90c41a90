//! A bare handler: it answers so many bytes and does nothing else. It runs as a process of its own, as the service does.

use crate::client::Client;
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Result, bail};
use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A running handler; it ends with this value.
pub(crate) struct Handler {
    child: Child,
    pub(crate) address: String,
}

impl Handler {
    pub(crate) fn start(bytes: usize) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let child = Command::new(std::env::current_exe()?)
            .args(["--answer-bytes", &bytes.to_string(), "--answer-at", &address])
            .spawn()?;
        let handler = Self { child, address };
        let begun = Instant::now();
        while Client::connect(&handler.address).is_err() {
            if begun.elapsed() > Duration::from_secs(10) {
                bail!("the bare handler does not answer");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(handler)
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers until the process is killed.
pub(crate) fn serve(address: &str, bytes: usize) -> Result<()> {
    let body = web::Bytes::from("x".repeat(bytes));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    actix_web::rt::System::new().block_on(async {
        HttpServer::new(move || {
            let body = body.clone();
            App::new().default_service(web::to(move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }))
        })
        .workers(workers)
        .bind(address)?
        .run()
        .await
    })?;
    Ok(())
}
