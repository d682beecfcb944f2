//! warifu-server
