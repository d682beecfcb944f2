//! warifu-service
