//! The shell around a session: sockets, clock, one task.

use std::net::{IpAddr, SocketAddr};
use std::task::{Context, Poll};
use std::{io, time::Instant};

use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::session::{Output, Session};
use super::{Digit, MediaConfig, MediaEnd, MediaError, Sound, interfaces};

/// Room for the largest UDP datagram.
const DATAGRAM: usize = 65_535;
/// How many digits may wait for a listener; the oldest are lost beyond it.
const DIGITS: usize = 64;

/// A robot's end of one call's media. Its task lives until [`close`](Self::close), until this is dropped, or until
/// the [end](Self::ended) comes from the network; then its sockets are free.
pub struct MediaEndpoint {
    commands: mpsc::Sender<Command>,
    end: watch::Receiver<Option<MediaEnd>>,
    digits: broadcast::Sender<Digit>,
}

enum Command {
    Renegotiate { offer: String, reply: oneshot::Sender<Result<String, MediaError>> },
    ApplyAnswer { answer: String, reply: oneshot::Sender<Result<(), MediaError>> },
}

impl MediaEndpoint {
    /// Accepts an offer: the answer to send, complete with its candidates, and the endpoint that already listens.
    /// Must be called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`MediaError::NotAcceptable`] when the offer cannot be read or has no audio that the robot speaks, no ICE
    /// credentials or no fingerprint; [`MediaError::NoSocket`].
    pub fn answer(offer: &str, sound: Sound, config: MediaConfig) -> Result<(String, Self), MediaError> {
        let (sockets, addresses) = bind(config).map_err(MediaError::NoSocket)?;
        let (session, answer) = Session::answer(offer, sound, &addresses, Instant::now())?;
        Ok((answer, Self::spawn(session, sockets)))
    }

    /// Makes an offer (for an INVITE of the robot's own, or one that came without): the offer to send, and the
    /// endpoint that waits for [`apply_answer`](Self::apply_answer), as long as it is kept. Must be called inside a
    /// tokio runtime.
    ///
    /// # Errors
    ///
    /// [`MediaError::NoSocket`].
    pub fn offer(sound: Sound, config: MediaConfig) -> Result<(String, Self), MediaError> {
        let (sockets, addresses) = bind(config).map_err(MediaError::NoSocket)?;
        let (session, offer) = Session::offer(sound, &addresses, Instant::now())?;
        Ok((offer, Self::spawn(session, sockets)))
    }

    fn spawn(session: Session, sockets: Vec<Socket>) -> Self {
        let (commands, orders) = mpsc::channel(4);
        let (ended, end) = watch::channel(None);
        let (digits, _) = broadcast::channel(DIGITS);
        let heard = digits.clone();
        tokio::spawn(async move {
            let reason = run(session, sockets, orders, &heard).await;
            // By now the sockets are closed.
            ended.send_replace(Some(reason));
        });
        Self { commands, end, digits }
    }

    /// Accepts a later offer on the same connection, such as a hold or an ICE restart, and gives the answer to it.
    ///
    /// # Errors
    ///
    /// [`MediaError::NotAcceptable`], and the call goes on as it was; [`MediaError::Ended`].
    pub async fn renegotiate(&self, offer: &str) -> Result<String, MediaError> {
        self.order(|reply| Command::Renegotiate { offer: offer.to_owned(), reply }).await
    }

    /// Accepts the answer to the offer that this endpoint was made with.
    ///
    /// # Errors
    ///
    /// [`MediaError::NotAcceptable`]; [`MediaError::NoOfferPending`]; [`MediaError::Ended`].
    pub async fn apply_answer(&self, answer: &str) -> Result<(), MediaError> {
        self.order(|reply| Command::ApplyAnswer { answer: answer.to_owned(), reply }).await
    }

    async fn order<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, MediaError>>) -> Command,
    ) -> Result<T, MediaError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| MediaError::Ended)?;
        answer.await.unwrap_or(Err(MediaError::Ended))
    }

    /// Waits for the end and tells its reason. The future holds no reference to the endpoint, so that a task of its
    /// own can wait while the endpoint is used.
    pub fn ended(&self) -> impl Future<Output = MediaEnd> + Send + use<> {
        let mut end = self.end.clone();
        async move {
            let reason = end.wait_for(Option::is_some).await.ok().and_then(|reason| reason.clone());
            reason.unwrap_or_else(|| MediaEnd::Failed("the task of the endpoint was aborted".to_owned()))
        }
    }

    /// The DTMF digits that are heard from now on, each when it has ended. The receiver is closed when this is dropped.
    pub fn digits(&self) -> broadcast::Receiver<Digit> {
        self.digits.subscribe()
    }

    /// Says goodbye to the peer and waits until the sockets are closed.
    pub async fn close(self) {
        let ended = self.ended();
        drop(self);
        ended.await;
    }
}

struct Socket {
    socket: UdpSocket,
    address: SocketAddr,
}

/// One socket an address, so that what is sent leaves from the address that ICE has checked.
fn bind(config: MediaConfig) -> io::Result<(Vec<Socket>, Vec<SocketAddr>)> {
    let mut sockets = Vec::new();
    let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let machine: Vec<IpAddr> = if_addrs::get_if_addrs()?.iter().map(|interface| interface.ip()).collect();
    for ip in interfaces::choose(&machine, config.loopback_media) {
        match bind_one(ip) {
            Ok(socket) => sockets.push(socket),
            Err(error) => refused = error,
        }
    }
    let addresses: Vec<SocketAddr> = sockets.iter().map(|socket| socket.address).collect();
    if addresses.is_empty() { Err(refused) } else { Ok((sockets, addresses)) }
}

fn bind_one(ip: IpAddr) -> io::Result<Socket> {
    let socket = std::net::UdpSocket::bind((ip, 0))?;
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket)?;
    Ok(Socket { address: socket.local_addr()?, socket })
}

/// The loop: drain, wait for one thing, tell the session. The clock is read here and where a session is made.
async fn run(
    mut session: Session,
    sockets: Vec<Socket>,
    mut orders: mpsc::Receiver<Command>,
    digits: &broadcast::Sender<Digit>,
) -> MediaEnd {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let deadline = match drain(&mut session, &sockets, digits).await {
            Drained::Wait(deadline) => deadline,
            Drained::Ended(reason) => return reason,
        };
        tokio::select! {
            order = orders.recv() => match order {
                Some(Command::Renegotiate { offer, reply }) => {
                    // A caller that does not wait any more has its reason.
                    let _ = reply.send(session.renegotiate(&offer, Instant::now()));
                }
                Some(Command::ApplyAnswer { answer, reply }) => {
                    let _ = reply.send(session.apply_answer(&answer, Instant::now()));
                }
                None => {
                    session.close();
                    drain(&mut session, &sockets, digits).await;
                    return MediaEnd::Closed;
                }
            },
            (length, source, destination) = receive(&sockets, &mut buffer) => {
                let contents = buffer.get(..length).unwrap_or_default();
                session.handle_datagram(Instant::now(), source, destination, contents);
            }
            () = tokio::time::sleep_until(deadline.into()) => session.handle_timeout(Instant::now()),
        }
    }
}

enum Drained {
    Wait(Instant),
    Ended(MediaEnd),
}

async fn drain(session: &mut Session, sockets: &[Socket], digits: &broadcast::Sender<Digit>) -> Drained {
    loop {
        match session.poll_output() {
            Output::Transmit(transmit) => {
                if let Some(socket) = sockets.iter().find(|socket| socket.address == transmit.source) {
                    // A datagram that cannot be sent is a lost one.
                    let _ = socket.socket.send_to(&transmit.contents, transmit.destination).await;
                }
            }
            // Where nobody listens, nobody is told.
            Output::Heard(digit) => _ = digits.send(digit),
            Output::Wait(deadline) => return Drained::Wait(deadline),
            Output::Ended(reason) => return Drained::Ended(reason),
        }
    }
}

/// The next datagram of any socket: its length, where it came from and where to.
async fn receive(sockets: &[Socket], buffer: &mut [u8]) -> (usize, SocketAddr, SocketAddr) {
    std::future::poll_fn(|context| {
        for socket in sockets {
            if let Some((length, source)) = poll_one(socket, buffer, context) {
                return Poll::Ready((length, source, socket.address));
            }
        }
        Poll::Pending
    })
    .await
}

fn poll_one(socket: &Socket, buffer: &mut [u8], context: &mut Context<'_>) -> Option<(usize, SocketAddr)> {
    loop {
        let mut read = ReadBuf::new(buffer);
        match socket.socket.poll_recv_from(context, &mut read) {
            Poll::Ready(Ok(source)) => return Some((read.filled().len(), source)),
            // Some systems report here that an earlier datagram found nobody, which ICE finds out by itself.
            Poll::Ready(Err(_)) => {}
            Poll::Pending => return None,
        }
    }
}
