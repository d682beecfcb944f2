//! Test only: the world around the product, with every failure in it a choice of one seed.

#[cfg(target_os = "linux")]
pub mod disk;
