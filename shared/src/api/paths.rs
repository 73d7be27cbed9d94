//! The paths of our API: the router and the page use the same constants.

use crate::ids::RequestId;

/// `GET` who am I; opens an anonymous session where the policy lets visitors in.
pub const SESSION: &str = "/api/session";
/// `POST` one chat turn, answered as an event stream.
pub const CHAT: &str = "/api/chat";
/// `POST` how many tokens one chat turn has, counted by whoever would answer it.
pub const COUNT: &str = "/api/count";
/// `GET` what was spent, on what and when.
pub const USAGE: &str = "/api/usage";
/// `GET` the calls behind it, as a file for spreadsheets.
pub const USAGE_CSV: &str = "/api/usage.csv";
/// `GET` how one request of the caller's went, by its id.
pub const XRAY: &str = "/api/xray/{request_id}";
/// `GET` this API in the form that machines read.
pub const OPENAPI: &str = "/api/openapi.json";
/// `POST` that nobody may spend any more, or may again.
pub const STOP_SPENDING: &str = "/api/stop-spending";
/// What the paths of the face for programs begin with, which speaks as Claude's own API does.
pub const PROGRAMS: &str = "/v1/";
/// `POST` one message in Claude's own form, with an access token.
pub const MESSAGES: &str = "/v1/messages";
/// `GET` whether the process lives. Never calls upstream.
pub const HEALTHZ: &str = "/healthz";
/// `GET` whether the server takes new requests. Never calls upstream.
pub const READYZ: &str = "/readyz";

/// The path of [`XRAY`] for one request.
pub fn xray_of(request_id: RequestId) -> String {
    XRAY.replace("{request_id}", &request_id.to_string())
}
