//! A robot and its caller: decisions on a clock turned by hand, then the shell over real sockets.

mod call;
mod caller;
mod endpoint;
mod session;
