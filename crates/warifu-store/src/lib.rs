//! warifu-store
