//! Around every request: its id, its caller, its rate limit, its log line; a panic becomes a 500.

use crate::client_address::TrustedProxies;
use crate::context::{Found, two_credentials};
use crate::cors::Origins;
use crate::problem::Problem;
use crate::rate_limit::{Attempt, RateLimit, Standing};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, web};
use futures_util::FutureExt;
use partita_application::App;
use partita_application::authenticate::{Caller, Credential, authenticate, remembered};
use partita_application::error::{Error, Unauthenticated};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use ulid::Ulid;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the middleware needs, one for all workers.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) proxies: TrustedProxies,
    pub(crate) origins: Arc<Origins>,
    pub(crate) callers: RateLimit<Credential>,
    pub(crate) addresses: RateLimit<(Option<IpAddr>, Attempt)>,
}

/// The middleware.
pub(crate) async fn gate(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (Some(gate), Some(app)) =
        (req.app_data::<web::Data<Gate>>().cloned(), req.app_data::<web::Data<App>>().cloned())
    else {
        return Err(Problem::internal("the application is not wired").into());
    };
    let app = app.into_inner();
    let request_id = request_id(&app, req.headers());
    let ip = gate.proxies.client(req.request());
    let started = app.clock.now();
    let (method, path) = (req.method().clone(), req.path().to_owned());
    if method == Method::HEAD {
        // Answered as GET is; the connection leaves the body out.
        req.head_mut().method = Method::GET;
    }
    let mut standing = None;
    let admitted = admit(&gate, &app, &mut req, &request_id, ip, &mut standing).await;
    // The router must have the request to itself: nobody may keep a clone of it meanwhile.
    let answered = match admitted {
        Err(problem) => Ok(refused(req, &problem, &request_id, &app)),
        Ok(()) => match AssertUnwindSafe(async { next.call(req).await }).catch_unwind().await {
            Ok(Ok(response)) => match problem_of(&response) {
                Some(problem) => {
                    let (req, _) = response.into_parts();
                    Ok(ServiceResponse::new(req, answer(&problem, &request_id, &app)))
                }
                None => Ok(response.map_into_boxed_body()),
            },
            Ok(Err(error)) => Err(error
                .as_error::<Problem>()
                .map_or_else(|| foreign(error.as_response_error().status_code()), clone)),
            Err(_) => Err(Problem::internal("a handler panicked")),
        },
    };
    let now = app.clock.now();
    let complete = |status: StatusCode, headers: &mut HeaderMap| {
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            headers.insert(REQUEST_ID, value);
        }
        headers
            .insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
        if let Some(standing) = standing {
            standing.write(headers, now.assume_utc().unix_timestamp());
        }
        let micros = (now - started).whole_microseconds();
        let (status, ip) = (status.as_u16(), ip.map(|ip| ip.to_string()));
        tracing::debug!(request_id, %method, path, status, micros, ip, "answered");
    };
    match answered {
        Ok(mut response) => {
            complete(response.status(), response.headers_mut());
            Ok(response)
        }
        // The request is gone, so the answer goes out as an error.
        Err(problem) => {
            let mut response = answer(&problem, &request_id, &app);
            complete(response.status(), response.headers_mut());
            Err(InternalError::from_response(problem, response).into())
        }
    }
}

/// What a handler or the framework refused.
fn problem_of<B>(response: &ServiceResponse<B>) -> Option<Problem> {
    let error = response.response().error()?;
    match error.as_error::<Problem>() {
        Some(problem) => Some(clone(problem)),
        None => response.status().is_client_error().then(|| foreign(response.status())),
    }
}

/// A valid incoming id is kept, so that a caller can follow its request through several services.
pub(crate) fn request_id(app: &App, headers: &HeaderMap) -> String {
    let incoming = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| Ulid::from_string(text).ok());
    incoming.unwrap_or_else(|| Ulid::from_bytes(*app.ids.next().as_bytes())).to_string()
}

async fn admit(
    gate: &Gate,
    app: &Arc<App>,
    req: &mut ServiceRequest,
    request_id: &str,
    ip: Option<IpAddr>,
    standing: &mut Option<Standing>,
) -> Result<(), Problem> {
    let secret: Option<Arc<str>> = secret(req.headers())?.map(Arc::from);
    let caller = match &secret {
        None => Err(Unauthenticated::Nothing),
        Some(secret) => find_caller(app, secret).await?,
    };
    match &caller {
        Ok(caller) => *standing = Some(gate.callers.count(caller.credential, caller.rate_limits)),
        Err(why) => {
            // Guessing and logging in are limited by address; what anybody may see is not.
            let attempt = match why {
                _ if matches!(req.path(), "/api/v1/auth/login" | "/api/v1/pair") => Some(Attempt::LogIn),
                Unauthenticated::Nothing => None,
                _ => Some(Attempt::UnknownCredential),
            };
            if let Some(attempt) = attempt
                && let Some(seconds) = gate.addresses.count((ip, attempt), attempt.limits()).retry_after
            {
                return Err(limited(seconds));
            }
        }
    }
    if !is_free(req.path())
        && let Some(seconds) = standing.and_then(|standing| standing.retry_after)
    {
        return Err(limited(seconds));
    }
    req.extensions_mut().insert(Found {
        request_id: request_id.to_owned(),
        ip: ip.map(|ip| ip.to_string()),
        caller,
        secret,
    });
    Ok(())
}

fn is_free(path: &str) -> bool {
    matches!(path, "/health" | "/api/v1/health")
}

fn limited(seconds: u64) -> Problem {
    let message = format!("too many requests; try again in {seconds} seconds");
    Problem {
        retry_after: Some(i64::try_from(seconds).unwrap_or(60)),
        ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message)
    }
}

/// The key or token, from either header.
fn secret(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let unreadable =
        |_| Problem::new(StatusCode::UNAUTHORIZED, "invalid_api_key", "this credential is not known");
    let key = headers.get("x-api-key").map(|value| value.to_str().map_err(unreadable)).transpose()?;
    let authorization =
        headers.get(AUTHORIZATION).map(|value| value.to_str().map_err(unreadable)).transpose()?;
    let bearer = match authorization {
        None => None,
        Some(value) => match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim()),
            _ => {
                return Err(Problem::new(
                    StatusCode::UNAUTHORIZED,
                    "unauthorized",
                    "Authorization is written `Bearer <key or session token>`",
                ));
            }
        },
    };
    match (key, bearer) {
        (Some(key), Some(bearer)) if key != bearer => Err(two_credentials()),
        (key, bearer) => Ok(key.or(bearer).map(str::to_owned)),
    }
}

/// A caller that was seen a moment ago is known without asking the store.
async fn find_caller(
    app: &Arc<App>,
    secret: &Arc<str>,
) -> Result<Result<Arc<Caller>, Unauthenticated>, Problem> {
    if let Some(caller) = remembered(app, secret) {
        return Ok(Ok(caller));
    }
    let (app, secret) = (Arc::clone(app), Arc::clone(secret));
    match web::block(move || authenticate(&app, &secret)).await? {
        Ok(caller) => Ok(Ok(caller)),
        Err(Error::Unauthenticated(why)) => Ok(Err(why)),
        Err(error) => Err(error.into()),
    }
}

fn refused(req: ServiceRequest, problem: &Problem, request_id: &str, app: &App) -> ServiceResponse<BoxBody> {
    let response = answer(problem, request_id, app);
    req.into_response(response)
}

fn answer(problem: &Problem, request_id: &str, app: &App) -> actix_web::HttpResponse {
    if problem.status.is_server_error() {
        tracing::error!(
            request_id,
            status = problem.status.as_u16(),
            cause = problem.cause,
            "{}",
            problem.message
        );
    } else {
        tracing::debug!(
            request_id,
            status = problem.status.as_u16(),
            code = problem.code,
            "{}",
            problem.message
        );
    }
    problem.response(request_id, app.clock.now())
}

/// What the framework itself refused.
fn foreign(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::new(status, "not_found", "there is no such resource"),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(status, "payload_too_large", "the body is larger than this server takes")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(status, "unsupported_media_type", "send the body as application/json")
        }
        status if status.is_client_error() => {
            Problem::new(StatusCode::BAD_REQUEST, "bad_request", "the request cannot be read")
        }
        _ => Problem::internal("the framework failed"),
    }
}

fn clone(problem: &Problem) -> Problem {
    Problem {
        status: problem.status,
        code: problem.code,
        message: problem.message.clone(),
        details: problem.details.clone(),
        retry_after: problem.retry_after,
        cause: problem.cause.clone(),
    }
}
