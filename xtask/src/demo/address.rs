//! The address that the demo listens on: free before anything is built, and said in a form that a browser opens.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use anyhow::{Result, anyhow};

/// The line with which the server says that it is ready.
const LISTENING: &str = "airlock: listening on http://";

/// Makes sure that the server will be able to listen, minutes before it tries.
///
/// # Errors
///
/// With the way out, where the address is taken or not ours to take.
pub(crate) fn check_is_free(listen: &str) -> Result<()> {
    let Err(error) = TcpListener::bind(listen) else {
        return Ok(());
    };
    Err(match error.kind() {
        ErrorKind::AddrInUse => anyhow!(
            "another program listens on {listen}. Stop it, or choose another address: `--listen 127.0.0.1:0` takes a free port"
        ),
        ErrorKind::PermissionDenied => anyhow!(
            "listening on {listen} is not allowed: ports below 1024 belong to the administrator"
        ),
        _ => anyhow!(
            "nothing can listen on {listen} ({error}). Write an address and a port, such as 127.0.0.1:8080"
        ),
    })
}

/// What to open in a browser, if the line is the one with which the server says that it is ready.
pub(super) fn page_url(line: &str) -> Option<String> {
    let address = line.strip_prefix(LISTENING)?.trim_end_matches('/');
    Some(match address.parse::<SocketAddr>() {
        // The one name that every browser counts as safe without TLS.
        Ok(address) if address.ip().is_loopback() || address.ip().is_unspecified() => {
            format!("http://localhost:{}", address.port())
        }
        _ => format!("http://{address}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_address_passes() {
        assert!(check_is_free("127.0.0.1:0").is_ok());
    }

    #[test]
    fn a_taken_address_is_refused_with_the_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let error = check_is_free(&taken.local_addr().unwrap().to_string())
            .unwrap_err()
            .to_string();
        assert!(error.contains("--listen 127.0.0.1:0"), "{error}");
    }

    #[test]
    fn what_is_no_address_is_refused_with_an_example() {
        assert!(
            check_is_free("8080")
                .unwrap_err()
                .to_string()
                .contains("such as 127.0.0.1:8080")
        );
    }

    #[test]
    fn loopback_is_called_localhost() {
        assert_eq!(
            page_url("airlock: listening on http://127.0.0.1:8080").as_deref(),
            Some("http://localhost:8080")
        );
        assert_eq!(
            page_url("airlock: listening on http://[::1]:9").as_deref(),
            Some("http://localhost:9")
        );
        assert_eq!(
            page_url("airlock: listening on http://0.0.0.0:80/").as_deref(),
            Some("http://localhost:80")
        );
    }

    #[test]
    fn other_addresses_and_lines_stay_what_they_are() {
        assert_eq!(
            page_url("airlock: listening on http://10.0.0.7:8080").as_deref(),
            Some("http://10.0.0.7:8080")
        );
        assert_eq!(page_url("something else"), None);
    }
}
