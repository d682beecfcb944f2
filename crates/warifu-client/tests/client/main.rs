//! The client against a service that signs with test keys and loses messages on demand.

mod activation;
mod clock;
mod files;
mod hardware;
mod keys;
mod refusals;
mod retries;
mod world;
