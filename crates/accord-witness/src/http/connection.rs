//! One connection to one server.

use super::{Ask, HttpError, Tls, Url};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::io::Read as _;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// An answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The `Content-Type`, when it is plain text.
    pub content_type: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The start of the body as a person may read it: printable ASCII only, since it comes from a
    /// stranger and may end in a terminal.
    pub fn excerpt(&self) -> String {
        let printable = |b: &u8| if matches!(b, 0x20..=0x7e) { char::from(*b) } else { ' ' };
        let text: String = self.body.iter().take(120).map(printable).collect();
        text.trim().to_owned()
    }
}

/// A connection, closed when dropped.
#[derive(Debug)]
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: AbortHandle,
    to: String,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    /// Connects to the server of `url`.
    pub async fn open(url: &Url, tls: &Tls) -> Result<Self, HttpError> {
        let to = url.authority();
        let stream = TcpStream::connect((url.host(), url.port()))
            .await
            .map_err(|source| HttpError::Connect { to: to.clone(), source })?;
        // Requests are short and wait for their answers: Nagle's delay has nothing to gather.
        stream.set_nodelay(true).map_err(|source| HttpError::Connect { to: to.clone(), source })?;
        if url.is_secure() {
            Self::over(TokioIo::new(tls.over(stream, url).await?), to).await
        } else {
            Self::over(TokioIo::new(stream), to).await
        }
    }

    async fn over<T: Read + Write + Unpin + Send + 'static>(
        io: T,
        to: String,
    ) -> Result<Self, HttpError> {
        let handshake = http1::Builder::new().max_buf_size(64 * 1024).handshake(io).await;
        let (sender, connection) =
            handshake.map_err(|source| HttpError::Broken { to: to.clone(), source })?;
        // What ends the connection also ends the request, which reports it.
        let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        Ok(Self { sender, driver, to })
    }

    /// Whether another request can be sent.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends one request to `url`, which is on this connection's server, and reads the answer, of
    /// `answer_max` bytes at most.
    pub async fn send(
        &mut self,
        url: &Url,
        ask: Ask,
        answer_max: usize,
    ) -> Result<Response, HttpError> {
        let path = if url.path().is_empty() { "/" } else { url.path() };
        let request = Request::builder();
        let (request, body) = match ask {
            Ask::Get => (request.method(Method::GET), Bytes::new()),
            Ask::Post(body) => (request.method(Method::POST), Bytes::from(body)),
            Ask::PostGzip { content_type, body } => {
                let request = request.method(Method::POST).header(CONTENT_TYPE, content_type);
                (request.header(CONTENT_ENCODING, "gzip"), Bytes::from(body))
            }
        };
        let request = request
            .uri(path)
            .header(HOST, url.authority())
            .header(ACCEPT_ENCODING, "gzip, identity")
            .header(USER_AGENT, concat!("accord/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body))
            .map_err(|_| HttpError::Request(url.to_string()))?;
        let broken = |source| HttpError::Broken { to: self.to.clone(), source };
        self.sender.ready().await.map_err(broken)?;
        let answer = self.sender.send_request(request).await.map_err(broken)?;
        let status = answer.status().as_u16();
        // tlog-tiles lets a log compress without being asked.
        let packed = answer.headers().get(CONTENT_ENCODING).is_some_and(|how| how == "gzip");
        let content_type = answer.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|v| v.to_str().ok()).map(str::to_owned);
        let body = Limited::new(answer.into_body(), answer_max).collect().await;
        let body = body.map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(source) => HttpError::Broken { to: self.to.clone(), source: *source },
            // The other kind that there is: the limit.
            Err(_) => HttpError::TooLong(answer_max),
        })?;
        let body = body.to_bytes().to_vec();
        let body = if packed { self.unpacked(&body, answer_max)? } else { body };
        Ok(Response { status, content_type, body })
    }

    /// What a compressed answer holds, which is limited as if it were not.
    fn unpacked(&self, body: &[u8], answer_max: usize) -> Result<Vec<u8>, HttpError> {
        let mut bytes = Vec::new();
        let most = u64::try_from(answer_max).unwrap_or(u64::MAX).saturating_add(1);
        let read = MultiGzDecoder::new(body).take(most).read_to_end(&mut bytes);
        read.map_err(|error| HttpError::Packed { to: self.to.clone(), why: error.to_string() })?;
        if bytes.len() > answer_max { Err(HttpError::TooLong(answer_max)) } else { Ok(bytes) }
    }
}
