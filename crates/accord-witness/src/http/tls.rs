//! TLS for the asking side. What is asked for here proves itself by signatures, so TLS only keeps
//! others from reading along or getting in the way.

use super::{HttpError, Url};
use std::sync::{Arc, OnceLock};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Which certificate authorities are believed. The system's are read once, and only when `https` is
/// asked for; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others, such as a party's own.
#[derive(Clone, Default)]
pub struct Tls {
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("ready", &self.config.get().is_some()).finish_non_exhaustive()
    }
}

impl Tls {
    /// The system's authorities.
    pub fn system() -> Self {
        Self::default()
    }

    /// These authorities alone, each a certificate in DER.
    pub fn with_roots(roots: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, HttpError> {
        let mut store = RootCertStore::empty();
        for root in roots {
            store
                .add(CertificateDer::from(root))
                .map_err(|error| HttpError::Roots(error.to_string()))?;
        }
        let tls = Self::default();
        let config = configure(store)?;
        let _first = tls.config.set(config);
        Ok(tls)
    }

    fn config(&self) -> Result<Arc<ClientConfig>, HttpError> {
        if let Some(config) = self.config.get() {
            return Ok(Arc::clone(config));
        }
        let found = rustls_native_certs::load_native_certs();
        let mut store = RootCertStore::empty();
        let (added, _) = store.add_parsable_certificates(found.certs);
        if added == 0 {
            let why = found.errors.first().map(ToString::to_string);
            return Err(HttpError::Roots(
                why.unwrap_or_else(|| "the system has none; set SSL_CERT_FILE".to_owned()),
            ));
        }
        let config = configure(store)?;
        Ok(Arc::clone(self.config.get_or_init(|| config)))
    }

    /// Speaks TLS over a connection to `url`.
    pub(super) async fn over(
        &self,
        stream: TcpStream,
        url: &Url,
    ) -> Result<TlsStream<TcpStream>, HttpError> {
        let failed = |why: String| HttpError::Tls { to: url.authority(), why };
        let name =
            ServerName::try_from(url.host().to_owned()).map_err(|e| failed(e.to_string()))?;
        let connector = TlsConnector::from(self.config()?);
        connector.connect(name, stream).await.map_err(|e| failed(e.to_string()))
    }
}

fn configure(roots: RootCertStore) -> Result<Arc<ClientConfig>, HttpError> {
    // The provider is named here, so that none need be installed for the whole process.
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| HttpError::Roots(error.to_string()))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}
