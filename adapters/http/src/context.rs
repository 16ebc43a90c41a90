//! What a handler knows of its request: who calls, from where, under which idempotency key.

use crate::operation::Operation;
use crate::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev, web};
use partita_application::App;
use partita_application::authenticate::Caller;
use partita_application::call::{Call, IdempotencyKey};
use partita_application::error::{Error, Unauthenticated};
use partita_application::queue::queue;
use partita_application::read_queue::{queue_read, read_at_once};
use partita_domain::actor::Actor;
use partita_domain::audit_event::Source;
use partita_domain::hash::{Hash, Hasher};
use partita_domain::id::{CompanyId, UserId};
use partita_domain::permission::Permissions;
use std::future::{Ready, ready};
use std::sync::Arc;
use tokio::sync::oneshot;

/// What the request middleware found out.
#[derive(Clone)]
pub(crate) struct Found {
    /// Names the request.
    pub(crate) request_id: String,
    /// The address of the client.
    pub(crate) ip: Option<String>,
    /// Who calls, or why not.
    pub(crate) caller: Result<Arc<Caller>, Unauthenticated>,
    /// The key or token as it was sent.
    pub(crate) secret: Option<Arc<str>>,
}

/// A request, as handlers see it; public operations take it too.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: Arc<App>,
    pub(crate) request_id: String,
    pub(crate) ip: Option<String>,
    caller: Result<Arc<Caller>, Unauthenticated>,
    secret: Option<Arc<str>>,
    idempotency_key: Option<String>,
    target: String,
    if_match: Option<String>,
}

impl FromRequest for Context {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(req))
    }
}

impl Context {
    fn of(req: &HttpRequest) -> Result<Self, Problem> {
        let app = req
            .app_data::<web::Data<App>>()
            .ok_or_else(|| Problem::internal("the application is not wired"))?;
        let found = req
            .extensions()
            .get::<Found>()
            .cloned()
            .ok_or_else(|| Problem::internal("the request was not prepared"))?;
        // Whoever is not known learns that first, before anything of the request is read.
        let operation = Operation::of(req);
        if let Err(why) = &found.caller
            && !operation.is_public
        {
            return Err(Problem::from(Error::Unauthenticated(*why)));
        }
        operation.check_query(req.query_string())?;
        let header = |name: &str| req.headers().get(name).map(|value| value.to_str().map(str::to_owned));
        let idempotency_key = match header("idempotency-key") {
            None => None,
            Some(Ok(key)) if (1..=255).contains(&key.len()) && !key.chars().any(char::is_control) => {
                Some(key)
            }
            Some(_) => {
                return Err(Problem::field(
                    "Idempotency-Key",
                    "length",
                    "an Idempotency-Key has 1 to 255 printable ASCII characters",
                ));
            }
        };
        let if_match = match req.headers().get(IF_MATCH).map(|value| value.to_str()) {
            None => None,
            Some(Ok(tag)) => Some(tag.to_owned()),
            Some(Err(_)) => {
                return Err(Problem::field("If-Match", "format", "If-Match is a version in quotes"));
            }
        };
        Ok(Self {
            app: app.clone().into_inner(),
            request_id: found.request_id,
            ip: found.ip,
            caller: found.caller,
            secret: found.secret,
            idempotency_key,
            target: format!("{} {}?{}", req.method(), req.path(), req.query_string()),
            if_match,
        })
    }

    /// Who calls.
    ///
    /// # Errors
    /// 401 with the code that says why nobody is known.
    pub(crate) fn caller(&self) -> Result<Arc<Caller>, Problem> {
        self.caller.clone().map_err(|why| Problem::from(Error::Unauthenticated(why)))
    }

    /// The token that was sent.
    pub(crate) fn secret(&self) -> &str {
        self.secret.as_deref().unwrap_or_default()
    }

    /// The call of a reading operation.
    ///
    /// # Errors
    /// 401.
    pub(crate) fn call(&self) -> Result<Call, Problem> {
        let caller = self.caller()?;
        Ok(Call {
            company: caller.company,
            actor: caller.actor,
            user_id: caller.user_id,
            permissions: caller.permissions,
            idempotency: None,
            dry_run: false,
            source: Source::Api,
            ip: self.ip.clone(),
            request_id: Some(self.request_id.clone()),
        })
    }

    /// The call of a writing operation, whose body has this digest.
    ///
    /// # Errors
    /// 401.
    pub(crate) fn write(&self, digest: Hash) -> Result<Call, Problem> {
        let mut call = self.call()?;
        call.idempotency = self.idempotency_key.clone().map(|key| {
            let mut hasher = Hasher::after(digest);
            hasher.text(&self.target);
            IdempotencyKey { key, fingerprint: hasher.finish() }
        });
        Ok(call)
    }

    /// The call of an operation that anybody may try, once it is known for which company and user.
    pub(crate) fn anonymous(&self, company: CompanyId, user: Option<UserId>) -> Call {
        Call {
            company,
            actor: user.map_or(Actor::System, Actor::User),
            user_id: user,
            permissions: Permissions::ADMIN,
            idempotency: None,
            dry_run: false,
            source: Source::Api,
            ip: self.ip.clone(),
            request_id: Some(self.request_id.clone()),
        }
    }

    /// The version that the caller has seen: `version` of the body or `If-Match`; both must agree.
    ///
    /// # Errors
    /// 400 when they do not, or when `If-Match` is not a version in quotes.
    pub(crate) fn version(&self, in_body: Option<i64>) -> Result<Option<i64>, Problem> {
        let of_header = match self.if_match.as_deref() {
            None | Some("*") => None,
            Some(tag) => {
                let digits = tag.trim().trim_start_matches("W/").trim_matches('"');
                Some(digits.parse::<i64>().map_err(|_| {
                    Problem::field("If-Match", "format", "If-Match is a version in quotes, such as \"3\"")
                })?)
            }
        };
        match (in_body, of_header) {
            (Some(body), Some(header)) if body != header => Err(Problem::field(
                "version",
                "one_of",
                format!("the body says version {body}, If-Match says {header}"),
            )),
            (body, header) => Ok(body.or(header)),
        }
    }
}

/// Runs what blocks on the pool for it.
///
/// # Errors
/// What the work answers; 500 when it panicked.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> partita_application::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    Ok(web::block(work).await??)
}

/// Runs a use case that writes once, in one transaction with others that come in meanwhile.
///
/// # Errors
/// What the work answers; 500 when it panicked.
pub(crate) async fn queued<T: Send + 'static>(
    context: &Context,
    company: CompanyId,
    work: impl FnMut() -> partita_application::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let (tell, told) = teller();
    if let Some(lead) = queue(&context.app, company, work, tell)? {
        // It goes on by itself, even when this request is given up.
        drop(web::block(move || lead.work_off()));
    }
    answered(told).await
}

/// Runs a use case that reads a few rows. Where the books are a file in this process that takes less time than handing the
/// work to another thread.
///
/// # Errors
/// What the work answers; 500 when it panicked.
pub(crate) async fn reading<T: Send + 'static>(
    context: &Context,
    company: CompanyId,
    mut work: impl FnMut() -> partita_application::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    match read_at_once(&context.app, company, &mut work) {
        Some(told) => told_of(told),
        None => reading_more(context, company, work).await,
    }
}

/// Runs a use case that reads for longer than others should wait on this thread, in one view of the books with others that
/// wait at the same time.
///
/// # Errors
/// What the work answers; 500 when it panicked.
pub(crate) async fn reading_more<T: Send + 'static>(
    context: &Context,
    company: CompanyId,
    work: impl FnMut() -> partita_application::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let (tell, told) = teller();
    if let Some(lead) = queue_read(&context.app, company, work, tell)? {
        drop(web::block(move || lead.work_off()));
    }
    answered(told).await
}

/// What a use case has answered; none when it panicked.
type Told<T> = Option<partita_application::Result<T>>;

fn teller<T: Send + 'static>() -> (impl FnOnce(Told<T>) + Send + 'static, oneshot::Receiver<Told<T>>) {
    let (tell, told) = oneshot::channel();
    let tell = move |answer| {
        // Whoever has hung up is not told.
        let _ = tell.send(answer);
    };
    (tell, told)
}

async fn answered<T>(told: oneshot::Receiver<Told<T>>) -> Result<T, Problem> {
    told_of(told.await.ok().flatten())
}

fn told_of<T>(told: Told<T>) -> Result<T, Problem> {
    match told {
        Some(answer) => Ok(answer?),
        None => Err(Problem::internal("the work panicked")),
    }
}

/// Both `X-API-Key` and `Authorization` were sent, and they differ.
pub(crate) fn two_credentials() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad_request",
        "X-API-Key and Authorization name different credentials; send one",
    )
}
