//! TLS in front of any server on loopback, with an authority that is made for the occasion, and certificates that are not what they
//! should be.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a front shows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// The authority signed it, it is of today, and it is for this host.
    Good,
    /// It was good, until the year 2000.
    Expired,
    /// It is good for `elsewhere.example`.
    WrongHost,
    /// Nobody but itself vouches for it.
    SelfSigned,
}

/// A running front. Dropping it closes its port and takes its authority's file away.
#[derive(Debug)]
pub struct TlsFront {
    /// Where it listens.
    pub address: SocketAddr,
    authority_file: PathBuf,
    bytes_heard: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl TlsFront {
    /// Puts one in front of `server`, which goes on to speak plain HTTP/1.1.
    pub async fn in_front_of(server: SocketAddr, certificate: Certificate) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, server, certificate)
    }

    /// The same on a port that was taken before: a server that is told its public address knows it from the start.
    #[expect(
        clippy::disallowed_methods,
        reason = "it ends with the test, not with a server"
    )]
    pub fn on(listener: TcpListener, server: SocketAddr, certificate: Certificate) -> Self {
        let address = listener.local_addr().unwrap();
        let (authority, config) = identity(certificate);
        let authority_file = std::env::temp_dir().join(format!(
            "airlock-test-authority-{}-{}.pem",
            std::process::id(),
            address.port()
        ));
        std::fs::write(&authority_file, authority).unwrap();
        let bytes_heard = Arc::new(AtomicU64::new(0));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let heard = Arc::clone(&bytes_heard);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, acceptor.clone(), server, Arc::clone(&heard)));
            }
        });
        Self {
            address,
            authority_file,
            bytes_heard,
            accepting,
        }
    }

    /// The server's address, as its clients see it.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    /// The file with the authority's certificate, for whoever should trust it.
    pub fn authority_file(&self) -> &Path {
        &self.authority_file
    }

    /// How many bytes of requests have come out of the encryption.
    pub fn bytes_heard(&self) -> u64 {
        self.bytes_heard.load(Ordering::SeqCst)
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
        // A file that is left behind does no harm.
        let _ = std::fs::remove_file(&self.authority_file);
    }
}

/// The authority's certificate as PEM, and a server's side of TLS that shows `certificate`.
fn identity(certificate: Certificate) -> (String, ServerConfig) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = params(&[], "The authority of Airlock's tests");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);

    let host = match certificate {
        Certificate::WrongHost => "elsewhere.example",
        Certificate::Good | Certificate::Expired | Certificate::SelfSigned => "localhost",
    };
    let key = KeyPair::generate().unwrap();
    let mut shown = params(&[host], "A server of Airlock's tests");
    if certificate == Certificate::Expired {
        shown.not_after = date_time_ymd(2000, 1, 1);
    }
    let shown = if certificate == Certificate::SelfSigned {
        shown.self_signed(&key).unwrap()
    } else {
        shown.signed_by(&key, &issuer).unwrap()
    };
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    (authority_pem, server_config(shown.into(), key.into()))
}

fn params(hosts: &[&str], name: &str) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn server_config(shown: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![shown], key)
        .unwrap();
    // What is behind speaks nothing newer.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

/// Hands bytes on in both directions until either side closes, or refuses the other.
async fn relay(
    client: TcpStream,
    acceptor: TlsAcceptor,
    server: SocketAddr,
    heard: Arc<AtomicU64>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let client = acceptor.accept(client).await?;
    let server = TcpStream::connect(server).await?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = server.into_split();
    let upwards = async {
        let mut buffer = [0; 16_384];
        loop {
            let length = from_client.read(&mut buffer).await?;
            let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else {
                return Ok(());
            };
            heard.fetch_add(length as u64, Ordering::SeqCst);
            to_server.write_all(bytes).await?;
        }
    };
    let downwards = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        // Says in TLS's own way that nothing more comes.
        to_client.shutdown().await
    };
    tokio::select! {
        ended = upwards => ended,
        ended = downwards => ended,
    }
}
