//! Bodies that are XML: files that others publish.

use crate::json::{arrive, declares};
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, dev, web};
use partita_domain::hash::Hash;
use std::future::Future;
use std::pin::Pin;

/// An XML body as it came, with the digest of its bytes.
pub(crate) struct Xml {
    pub(crate) bytes: web::Bytes,
    pub(crate) digest: Hash,
}

impl FromRequest for Xml {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let is_xml = declares(req, "application/xml") || declares(req, "text/xml");
        let bytes = web::Bytes::from_request(req, payload);
        Box::pin(async move {
            if !is_xml {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_media_type",
                    "send the file as application/xml or text/xml",
                ));
            }
            let bytes = arrive(bytes).await?;
            let digest = Hash::of(&bytes);
            Ok(Self { bytes, digest })
        })
    }
}
