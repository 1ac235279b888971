//! TCP connections that can be made to stand still or to break, as those of real networks do.

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// What turns a connection off; every clone turns the same one.
#[derive(Clone, Default)]
pub(super) struct Valve(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    flow: Flow,
    /// Who would read or write.
    waiting: Vec<Waker>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Flow {
    #[default]
    Open,
    /// Nothing is read or written, and the kernel keeps the connection: half-open.
    Frozen,
    /// The next who reads or writes breaks it with a RST.
    Reset,
}

impl Valve {
    /// Lets nothing through until [`thaw`](Self::thaw).
    pub(super) fn freeze(&self) {
        self.turn(Flow::Frozen);
    }

    /// Lets everything through again.
    pub(super) fn thaw(&self) {
        self.turn(Flow::Open);
    }

    /// Breaks the connection with a RST, for good.
    pub(super) fn reset(&self) {
        self.turn(Flow::Reset);
    }

    fn turn(&self, flow: Flow) {
        let mut inner = self.inner();
        if inner.flow != Flow::Reset {
            inner.flow = flow;
        }
        inner.waiting.drain(..).for_each(Waker::wake);
    }

    /// Ready where the stream may be used.
    fn poll(&self, context: &Context<'_>, stream: &TcpStream) -> Poll<io::Result<()>> {
        let mut inner = self.inner();
        if inner.flow == Flow::Reset {
            stream.set_zero_linger()?;
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        // The valve may be turned while the stream is waited for, too.
        if !inner.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            inner.waiting.push(context.waker().clone());
        }
        if inner.flow == Flow::Frozen { Poll::Pending } else { Poll::Ready(Ok(())) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener whose connections have a valve.
pub(super) struct Listener(pub TcpListener);

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        (Stream { stream, valve: Valve::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Listener>> for Valve {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().valve.clone()
    }
}

/// A connection behind its valve.
pub(super) struct Stream {
    stream: TcpStream,
    valve: Valve,
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.valve.poll(context, &self.stream))?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.valve.poll(context, &self.stream))?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.valve.poll(context, &self.stream))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.valve.poll(context, &self.stream))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
