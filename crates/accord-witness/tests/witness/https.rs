//! The asking side over TLS.

use accord_witness::http::{Ask, HttpError, Limits, Tls, Url, exchange};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

const ROOT: &[u8] = include_bytes!("tls/root.der");
const LEAF: &[u8] = include_bytes!("tls/leaf.der");
const KEY: &[u8] = include_bytes!("tls/leaf-key.der");

/// A server that answers every request with one word; gives back its port.
fn serve() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    listener.set_nonblocking(true).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(LEAF)],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY)),
        )
        .unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut head = [0; 4096];
                let read = stream.read(&mut head).await.unwrap();
                assert!(head[..read].starts_with(b"GET /x HTTP/1.1\r\n"));
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
                stream.write_all(answer).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
    });
    port
}

fn get(url: &str, tls: &Tls) -> Result<Vec<u8>, HttpError> {
    let limits = Limits { time: Duration::from_secs(20), answer_bytes: 5 };
    exchange(&url.parse::<Url>().unwrap(), Ask::Get, tls, limits).map(|answer| answer.body)
}

#[test]
fn the_right_certificate_is_believed_and_no_other() {
    let port = serve();
    let trusted = Tls::with_roots([ROOT.to_vec()]).unwrap();
    let url = format!("https://localhost:{port}/x");
    assert_eq!(get(&url, &trusted).unwrap(), b"hello");
    // Another name for the same server.
    let error = get(&format!("https://127.0.0.1:{port}/x"), &trusted).unwrap_err();
    assert!(matches!(error, HttpError::Tls { .. }), "{error}");
    // A root that did not sign it.
    let error = get(&url, &Tls::with_roots([]).unwrap()).unwrap_err();
    assert!(matches!(error, HttpError::Tls { .. }), "{error}");
    assert!(matches!(Tls::with_roots([b"x".to_vec()]), Err(HttpError::Roots(_))));
    // No TLS where TLS is asked for, and the other way round.
    let plain = crate::client::stub(|_| (200, "text/plain", b"hello".to_vec()));
    let error = get(&format!("https://localhost:{}/x", plain.url.port()), &trusted).unwrap_err();
    assert!(!matches!(error, HttpError::Url(_) | HttpError::Roots(_)), "{error}");
    let error = get(&format!("http://localhost:{port}/x"), &trusted).unwrap_err();
    assert!(matches!(error, HttpError::Broken { .. }), "{error}");
}

#[test]
fn a_longer_answer_is_not_read() {
    let long = crate::client::stub(|_| (200, "text/plain", b"hello!".to_vec()));
    let error = get(&format!("{}/x", long.url), &Tls::system()).unwrap_err();
    assert!(matches!(error, HttpError::TooLong(5)), "{error}");
}
