//! The kinds of private keys: of events and checkpoints, of cosigners, of ML-DSA-44.

use super::entropy;
use crate::error::CliError;
use accord_format::cosignature::{Algorithm, CosignerSigner};
use accord_format::key::{KeyError, NoteSigner};
use accord_format::log_key::LogSigner;
use accord_format::name;
use accord_format::note::is_key_name;
use zeroize::Zeroizing;

/// What a new key is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// Signs events; named participant/label
    #[default]
    Event,
    /// Ed25519, signs checkpoints; named by the log's origin
    Checkpoint,
    /// Ed25519, cosigns checkpoints as a witness or mirror; named by its URL
    Cosigner,
    /// ML-DSA-44, signs or cosigns checkpoints; named by the log's origin or by its URL
    #[value(name = "ml-dsa-44")]
    MlDsa44,
}

impl Kind {
    /// A fresh key of this kind called `name`.
    pub(crate) fn generate(self, name: &str) -> Result<AnyKey, CliError> {
        let usage = |e: KeyError| CliError::Usage(format!("key name {name:?}: {e}"));
        let seed = entropy()?;
        match self {
            Self::Event | Self::Checkpoint => NoteSigner::from_seed(name, &seed).map(AnyKey::Note),
            Self::Cosigner => {
                CosignerSigner::from_seed(name, Algorithm::Ed25519, &seed).map(AnyKey::Cosigner)
            }
            Self::MlDsa44 => {
                CosignerSigner::from_seed(name, Algorithm::MlDsa44, &seed).map(AnyKey::Cosigner)
            }
        }
        .map_err(usage)
    }

    /// Whether a key of this kind can be called so, before anything is made.
    pub(crate) fn check_name(self, key_name: &str) -> Result<(), CliError> {
        if self == Self::Event && !name::is_pair(key_name) {
            return Err(CliError::Usage(format!(
                "{key_name:?} is no key name; write participant/label in [a-z0-9._-], such as \
                 mission/field-3"
            )));
        }
        if !is_key_name(key_name) {
            return Err(CliError::Usage(format!(
                "{key_name:?} is no key name; write a URL without scheme, space or plus, such as \
                 witness.example/w1"
            )));
        }
        Ok(())
    }
}

/// A private key of any kind.
#[derive(Debug)]
pub(crate) enum AnyKey {
    /// Ed25519, of events or of checkpoints.
    Note(NoteSigner),
    /// Of a cosigner, or of a log with ML-DSA-44.
    Cosigner(CosignerSigner),
}

impl AnyKey {
    /// Reads `PRIVATE+KEY+…`.
    pub(crate) fn parse(text: &str) -> Result<Self, KeyError> {
        match NoteSigner::parse(text) {
            Err(KeyError::UnknownType { .. }) => CosignerSigner::parse(text).map(Self::Cosigner),
            other => other.map(Self::Note),
        }
    }

    /// Key name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Note(signer) => signer.vkey().name(),
            Self::Cosigner(signer) => signer.vkey().name(),
        }
    }

    /// `name+hex8`.
    pub(crate) fn id_string(&self) -> String {
        match self {
            Self::Note(signer) => signer.id_string(),
            Self::Cosigner(signer) => signer.vkey().id_string(),
        }
    }

    /// The verifier key.
    pub(crate) fn vkey(&self) -> String {
        match self {
            Self::Note(signer) => signer.vkey().to_string(),
            Self::Cosigner(signer) => signer.vkey().to_string(),
        }
    }

    /// The signature type.
    pub(crate) fn signature_type(&self) -> &'static str {
        match self {
            Self::Note(_) => "ed25519",
            Self::Cosigner(signer) => match signer.vkey().algorithm() {
                Algorithm::Ed25519 => "ed25519-cosignature",
                Algorithm::MlDsa44 => "ml-dsa-44-cosignature",
            },
        }
    }
}

/// What can be written into a key file.
pub(crate) trait PrivateKey {
    /// `PRIVATE+KEY+…`.
    fn private_text(&self) -> Zeroizing<String>;
}

impl PrivateKey for NoteSigner {
    fn private_text(&self) -> Zeroizing<String> {
        self.to_private_text()
    }
}

impl PrivateKey for LogSigner {
    fn private_text(&self) -> Zeroizing<String> {
        self.to_private_text()
    }
}

impl PrivateKey for AnyKey {
    fn private_text(&self) -> Zeroizing<String> {
        match self {
            Self::Note(signer) => signer.to_private_text(),
            Self::Cosigner(signer) => signer.to_private_text(),
        }
    }
}
