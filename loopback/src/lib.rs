//! A small SIP-over-WebSocket server with robots to call, for development and tests.
