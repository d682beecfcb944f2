//! warifu-client
