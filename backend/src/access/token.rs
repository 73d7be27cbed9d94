//! The access token: what a team's own programs prove themselves with.

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::CallerId;
use configuration::TokenDigest;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The one token that opens the face for programs. Only its digest is known here.
#[derive(Clone, Copy, Debug)]
pub struct AccessToken {
    digest: TokenDigest,
}

impl AccessToken {
    /// The token with this digest.
    pub const fn new(digest: TokenDigest) -> Self {
        Self { digest }
    }

    /// Who these headers prove, if they carry the token: as `x-api-key` or, where that is absent, as a bearer.
    ///
    /// FM-50: digests are compared, and in constant time, so that the time taken says nothing of how close a guess was.
    pub fn holder(&self, headers: &HeaderMap) -> Option<CallerId> {
        let digest: [u8; 32] = Sha256::digest(presented(headers)?).into();
        let is_it = bool::from(digest.ct_eq(&self.digest.0));
        is_it.then(|| CallerId::of_digest(digest))
    }
}

/// The token that a request carries, whatever it is worth. Official clients send one header or the other, a few the same token in both.
fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    match only(headers, &X_API_KEY) {
        Some(key) => Some(key),
        None if headers.contains_key(X_API_KEY) => None,
        None => {
            let (scheme, token) =
                only(headers, &AUTHORIZATION)?.split_at_checked("Bearer ".len())?;
            scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
        }
    }
}

/// The value of a header that is there once. Twice is none: which one counts would be a matter of taste.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.as_bytes();
    values.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn is_let_in(headers: &[(HeaderName, &'static str)]) -> bool {
        let token = AccessToken::new(TokenDigest(Sha256::digest(b"the-token").into()));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), HeaderValue::from_static(value));
        }
        token.holder(&map) == Some(CallerId::of("the-token"))
    }

    #[test]
    fn the_token_is_taken_from_either_header() {
        for (headers, expected) in [
            (vec![(X_API_KEY, "the-token")], true),
            (vec![(AUTHORIZATION, "Bearer the-token")], true),
            (vec![(AUTHORIZATION, "bearer the-token")], true),
            (
                vec![
                    (X_API_KEY, "the-token"),
                    (AUTHORIZATION, "Bearer the-token"),
                ],
                true,
            ),
            (
                vec![(X_API_KEY, "another"), (AUTHORIZATION, "Bearer the-token")],
                false,
            ),
            (
                vec![(X_API_KEY, "the-token"), (X_API_KEY, "the-token")],
                false,
            ),
            (vec![(AUTHORIZATION, "Basic the-token")], false),
            (vec![(AUTHORIZATION, "the-token")], false),
            (vec![(AUTHORIZATION, "Bearer")], false),
            (vec![(X_API_KEY, "the-toke")], false),
            (vec![(X_API_KEY, "")], false),
            (vec![], false),
        ] {
            assert_eq!(is_let_in(&headers), expected, "{headers:?}");
        }
    }
}
