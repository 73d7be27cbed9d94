//! The columns of the error table.
#![expect(
    clippy::match_same_arms,
    reason = "a table reads by its rows: each kind has a line of its own, also where two say the same"
)]

use super::ErrorKind;

impl ErrorKind {
    /// The HTTP status. 402 stands for money, so that no client takes it for a rate limit and tries again.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest | Self::PreflightRefused => 400,
            Self::NotSignedIn | Self::CookieRefused => 401,
            Self::BudgetExhausted => 402,
            Self::OriginRefused | Self::ModelNotAllowed => 403,
            Self::ModelNotFound | Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::DuplicateRequest => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::HostRefused => 421,
            Self::RateLimited | Self::TooManyStreams | Self::UpstreamRateLimited => 429,
            Self::Internal => 500,
            Self::Misconfigured
            | Self::UpstreamRefused
            | Self::UpstreamUnreachable
            | Self::UpstreamError
            | Self::StreamInterrupted => 502,
            Self::UpstreamQuota
            | Self::Overloaded
            | Self::Unavailable
            | Self::ServerUnreachable => 503,
            Self::UpstreamTimeout | Self::UpstreamStalled => 504,
        }
    }

    /// The stable machine-readable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::PreflightRefused => "preflight_refused",
            Self::NotSignedIn => "not_signed_in",
            Self::CookieRefused => "cookie_refused",
            Self::OriginRefused => "origin_refused",
            Self::HostRefused => "host_refused",
            Self::ModelNotAllowed => "model_not_allowed",
            Self::ModelNotFound => "model_not_found",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::RateLimited => "rate_limited",
            Self::TooManyStreams => "too_many_streams",
            Self::DuplicateRequest => "duplicate_request",
            Self::BudgetExhausted => "budget_exhausted",
            Self::Misconfigured => "misconfigured",
            Self::UpstreamRefused => "upstream_refused",
            Self::UpstreamQuota => "upstream_quota",
            Self::UpstreamRateLimited => "upstream_rate_limited",
            Self::Overloaded => "overloaded",
            Self::UpstreamUnreachable => "upstream_unreachable",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::UpstreamStalled => "upstream_stalled",
            Self::UpstreamError => "upstream_error",
            Self::StreamInterrupted => "stream_interrupted",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
            Self::ServerUnreachable => "server_unreachable",
        }
    }

    /// What happened, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request is not valid",
            Self::PreflightRefused => "The preflight stopped this request",
            Self::NotSignedIn => "No session and no access token",
            Self::CookieRefused => "The browser did not keep the session cookie",
            Self::OriginRefused => "The request came from another site",
            Self::HostRefused => "The request named another host",
            Self::ModelNotAllowed => "This model is not allowed here",
            Self::ModelNotFound => "This model does not exist",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Not with this method",
            Self::UnsupportedMediaType => "The body is not JSON",
            Self::TooLarge => "The request is too large",
            Self::TooSlow => "The request came too slowly",
            Self::RateLimited => "Too many requests",
            Self::TooManyStreams => "Too many answers at once",
            Self::DuplicateRequest => "This was sent before",
            Self::BudgetExhausted => "The budget does not hold this request",
            Self::Misconfigured => "The service is misconfigured",
            Self::UpstreamRefused => "Claude refused the request",
            Self::UpstreamQuota => "The Claude account is out of credit",
            Self::UpstreamRateLimited => "Too many requests at Claude",
            Self::Overloaded => "Claude is overloaded",
            Self::UpstreamUnreachable => "Claude could not be reached",
            Self::UpstreamTimeout => "Claude did not answer in time",
            Self::UpstreamStalled => "Claude stopped in the middle",
            Self::UpstreamError => "Claude failed",
            Self::StreamInterrupted => "The answer broke off",
            Self::Unavailable => "The server takes no requests at the moment",
            Self::Internal => "Something failed on our side",
            Self::ServerUnreachable => "The server could not be reached",
        }
    }

    /// Why it happened.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The body does not have the form that this path takes.",
            Self::PreflightRefused => "At least one rule found something that must not be sent.",
            Self::NotSignedIn => {
                "The request carried no session that this server knows, or, where programs ask, no access token."
            }
            Self::CookieRefused => {
                "The server set a session cookie and it did not come back. Safari drops secure cookies on http://localhost."
            }
            Self::OriginRefused => {
                "Only this site's own pages may call the API; the browser said that another one did."
            }
            Self::HostRefused => {
                "The Host header is none of the names that this server answers to."
            }
            Self::ModelNotAllowed => {
                "The policy of this session lists the models that may be used, and this one is not among them."
            }
            Self::ModelNotFound => "The model's name is misspelt, or the model has been retired.",
            Self::NotFound => "Nothing is served at this path, or it is not yours.",
            Self::MethodNotAllowed => "The path exists, but not for this HTTP method.",
            Self::UnsupportedMediaType => {
                "The content type is not application/json, or the body is compressed."
            }
            Self::TooLarge => "The body has more bytes than this path takes.",
            Self::TooSlow => {
                "The request's body stopped on its way, or came more slowly than any working network is."
            }
            Self::RateLimited => {
                "More requests came in a minute than this server lets through for one session, one address or everybody."
            }
            Self::TooManyStreams => {
                "As many answers are under way as this server streams at once, to one session or to everybody."
            }
            Self::DuplicateRequest => {
                "A double click or a reload sent the same message again. It is paid for once, so it is answered once."
            }
            Self::BudgetExhausted => {
                "What is left of the budget is less than the most that this request could cost."
            }
            Self::Misconfigured => {
                "Claude did not accept the key that the server holds. This is the operator's to mend, not yours."
            }
            Self::UpstreamRefused => {
                "Claude's API did not accept the request that the server made of yours."
            }
            Self::UpstreamQuota => {
                "The account behind the server's key has no credit left or has reached its spend limit."
            }
            Self::UpstreamRateLimited => {
                "The account behind the server's key has reached its rate limit."
            }
            Self::Overloaded => "Claude has no capacity for this request at the moment.",
            Self::UpstreamUnreachable => "The server could not connect to Claude's API.",
            Self::UpstreamTimeout => {
                "The connection stood, but no answer began in the time allowed."
            }
            Self::UpstreamStalled => {
                "The answer had begun; then nothing came in the time allowed between two pieces."
            }
            Self::UpstreamError => "Claude's API answered with a fault of its own.",
            Self::StreamInterrupted => "The connection to Claude ended before the answer did.",
            Self::Unavailable => "The server is stopping, or cannot write down what is spent.",
            Self::Internal => {
                "A fault in Airlock itself; it is in the server's log under the request id."
            }
            Self::ServerUnreachable => {
                "The page got no answer from its own server: it is stopped, or the network is down."
            }
        }
    }

    /// What to do about it.
    pub const fn fix(self) -> &'static str {
        match self {
            Self::InvalidRequest => "Correct what the detail names; docs/api.md has the form.",
            Self::PreflightRefused => "Change what the findings name, then send again.",
            Self::NotSignedIn => {
                "Reload the page; it opens a new session. A program sends the access token as x-api-key or as Authorization: Bearer; the operator sets its SHA-256 as access.token_sha256."
            }
            Self::CookieRefused => {
                "Use Chrome, Edge or Firefox for http://localhost, or serve the page over https."
            }
            Self::OriginRefused => {
                "Open the page at this server's own address and send from there."
            }
            Self::HostRefused => {
                "Use the address that the server printed; behind a proxy, set public_origin."
            }
            Self::ModelNotAllowed => "Choose one of the models in the list.",
            Self::ModelNotFound => "Choose a current model of the same tier.",
            Self::NotFound => "Check the address, and what the detail says where there is one.",
            Self::MethodNotAllowed => "Use the method that the Allow header names.",
            Self::UnsupportedMediaType => "Send plain JSON with the content type application/json.",
            Self::TooLarge => "Shorten the message, or start a new conversation.",
            Self::TooSlow => "Check the network, then send again.",
            Self::RateLimited => "Wait for the time shown, then send again.",
            Self::TooManyStreams => "Let an answer finish or stop one, then send again.",
            Self::DuplicateRequest => {
                "Look for the answer in the tab that sent it first, or press Send anew to ask and pay again."
            }
            Self::BudgetExhausted => {
                "Ask for fewer output tokens, shorten the conversation, choose a smaller model, or wait for the reset."
            }
            Self::Misconfigured => {
                "Tell the operator the request id: the log says which key failed."
            }
            Self::UpstreamRefused => {
                "Shorten or reword the request; if it persists, tell the operator the request id."
            }
            Self::UpstreamQuota => {
                "The operator adds credit or raises the limit in the Claude console."
            }
            Self::UpstreamRateLimited => "Wait for the time shown, then send again.",
            Self::Overloaded => "Wait a moment, then send again.",
            Self::UpstreamUnreachable => {
                "Try again; if it persists, the operator checks the server's network and base URL."
            }
            Self::UpstreamTimeout => "Try again, with a shorter answer if it persists.",
            Self::UpstreamStalled => "Keep what has arrived, or send again.",
            Self::UpstreamError => "Try again in a moment.",
            Self::StreamInterrupted => "Keep what has arrived, or send again.",
            Self::Unavailable => {
                "Try again in a few seconds; if it persists, tell the operator the request id."
            }
            Self::Internal => "Try again; if it persists, report the request id.",
            Self::ServerUnreachable => {
                "Check that the server runs and that you are online, then send again."
            }
        }
    }

    /// How to see that it is mended.
    pub const fn verify(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The same request, corrected, is answered with 200.",
            Self::PreflightRefused => "The preflight shows no blocking finding.",
            Self::NotSignedIn => "GET /api/session answers with a policy.",
            Self::CookieRefused => {
                "The developer tools list a cookie named __Host-airlock for this site."
            }
            Self::OriginRefused => "The request's Sec-Fetch-Site header says same-origin.",
            Self::HostRefused => "GET /api/session at the printed address answers with 200.",
            Self::ModelNotAllowed => "GET /api/session lists the model.",
            Self::ModelNotFound => "GET /api/session lists the model.",
            Self::NotFound => "The address answers with 200.",
            Self::MethodNotAllowed => "The request with that method is answered.",
            Self::UnsupportedMediaType => {
                "The same body with the right header is answered with 200."
            }
            Self::TooLarge => "The preflight's size line is below the limit.",
            Self::TooSlow => "The same request is answered.",
            Self::RateLimited => "The next message after the wait is answered.",
            Self::TooManyStreams => "The next message is answered.",
            Self::DuplicateRequest => "The conversation shows one answer to the message.",
            Self::BudgetExhausted => "The preflight's worst case is below what is left.",
            Self::Misconfigured => "The next message is answered.",
            Self::UpstreamRefused => "The changed request is answered.",
            Self::UpstreamQuota => "The next message is answered.",
            Self::UpstreamRateLimited => "The next message after the wait is answered.",
            Self::Overloaded => "The next message is answered.",
            Self::UpstreamUnreachable => "The next message is answered.",
            Self::UpstreamTimeout => "The next message is answered in time.",
            Self::UpstreamStalled => "The answer ends without this card.",
            Self::UpstreamError => "The next message is answered.",
            Self::StreamInterrupted => "The answer ends without this card.",
            Self::Unavailable => "GET /readyz answers with 200.",
            Self::Internal => "The next message is answered.",
            Self::ServerUnreachable => "GET /healthz answers with 200.",
        }
    }

    /// Whether the same request may succeed a little later.
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::TooSlow
            | Self::RateLimited
            | Self::TooManyStreams
            | Self::UpstreamRateLimited
            | Self::Overloaded
            | Self::UpstreamUnreachable
            | Self::UpstreamTimeout
            | Self::UpstreamStalled
            | Self::UpstreamError
            | Self::StreamInterrupted
            | Self::Unavailable
            | Self::Internal
            | Self::ServerUnreachable => true,
            Self::InvalidRequest
            | Self::PreflightRefused
            | Self::NotSignedIn
            | Self::CookieRefused
            | Self::OriginRefused
            | Self::HostRefused
            | Self::ModelNotAllowed
            | Self::ModelNotFound
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::TooLarge
            | Self::DuplicateRequest
            | Self::BudgetExhausted
            | Self::Misconfigured
            | Self::UpstreamRefused
            | Self::UpstreamQuota => false,
        }
    }

    /// The `error.type` that an Anthropic client understands (<https://docs.claude.com/en/api/errors>).
    pub const fn anthropic_type(self) -> &'static str {
        match self {
            Self::InvalidRequest
            | Self::PreflightRefused
            | Self::HostRefused
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::DuplicateRequest
            | Self::UpstreamRefused => "invalid_request_error",
            Self::NotSignedIn | Self::CookieRefused => "authentication_error",
            Self::BudgetExhausted | Self::UpstreamQuota => "billing_error",
            Self::OriginRefused | Self::ModelNotAllowed => "permission_error",
            Self::ModelNotFound | Self::NotFound => "not_found_error",
            Self::TooLarge => "request_too_large",
            Self::RateLimited | Self::TooManyStreams | Self::UpstreamRateLimited => {
                "rate_limit_error"
            }
            Self::Overloaded | Self::Unavailable | Self::ServerUnreachable => "overloaded_error",
            Self::TooSlow | Self::UpstreamTimeout | Self::UpstreamStalled => "timeout_error",
            Self::Misconfigured
            | Self::UpstreamUnreachable
            | Self::UpstreamError
            | Self::StreamInterrupted
            | Self::Internal => "api_error",
        }
    }

    /// The `error.type` that an OpenAI client understands.
    pub const fn openai_type(self) -> &'static str {
        match self {
            Self::InvalidRequest
            | Self::PreflightRefused
            | Self::NotSignedIn
            | Self::CookieRefused
            | Self::OriginRefused
            | Self::HostRefused
            | Self::ModelNotAllowed
            | Self::ModelNotFound
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::TooLarge
            | Self::TooSlow
            | Self::DuplicateRequest
            | Self::UpstreamRefused => "invalid_request_error",
            Self::BudgetExhausted | Self::UpstreamQuota => "insufficient_quota",
            Self::RateLimited | Self::TooManyStreams | Self::UpstreamRateLimited => "requests",
            Self::Misconfigured
            | Self::Overloaded
            | Self::UpstreamUnreachable
            | Self::UpstreamTimeout
            | Self::UpstreamStalled
            | Self::UpstreamError
            | Self::StreamInterrupted
            | Self::Unavailable
            | Self::Internal
            | Self::ServerUnreachable => "server_error",
        }
    }
}
