//! Connections to AWS that are kept alive: what lies in between drops those that are silent, and a peer that has gone is
//! noticed. AWS' own client has no way to ask for it, and brings HTTP/2, which nothing here speaks.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connect, HttpConnector as TcpConnector};
use hyper_util::rt::TokioExecutor;

/// After so long without a byte the peer is asked whether it is there, so often, so many times.
const IDLE: Duration = Duration::from_secs(45);
const INTERVAL: Duration = Duration::from_secs(15);
const PROBES: u32 = 4;

pub(crate) fn kept_alive(connect_timeout: Duration) -> SharedHttpClient {
    let mut tcp = TcpConnector::new();
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(connect_timeout));
    tcp.set_keepalive(Some(IDLE));
    tcp.set_keepalive_interval(Some(INTERVAL));
    tcp.set_keepalive_retries(Some(PROBES));
    let provider = rustls::crypto::ring::default_provider();
    match HttpsConnectorBuilder::new().with_provider_and_native_roots(provider) {
        Ok(builder) => {
            tcp.enforce_http(false);
            over(builder.https_or_http().enable_http1().wrap_connector(tcp))
        }
        // Without certificates to trust there is plain HTTP, which is enough for an emulator.
        Err(_) => over(tcp),
    }
}

fn over<C>(connector: C) -> SharedHttpClient
where
    C: Connect + Clone + fmt::Debug + Send + Sync + 'static,
{
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let connector = SharedHttpConnector::new(KeptAlive { client });
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct KeptAlive<C> {
    client: Client<C, SdkBody>,
}

impl<C> HttpConnector for KeptAlive<C>
where
    C: Connect + Clone + fmt::Debug + Send + Sync + 'static,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.client.clone();
        HttpConnectorFuture::new(async move {
            let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            let response = client.request(request).await.map_err(|error| ConnectorError::io(error.into()))?;
            let response = response.map(SdkBody::from_body_1_x);
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}
