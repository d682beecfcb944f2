//! What devices and applications ask for.

pub(crate) mod activate;
pub(crate) mod ask_release;
pub(crate) mod change_key;
pub(crate) mod check_key;
pub(crate) mod deactivate;
pub(crate) mod key_list;
pub(crate) mod nonce;
pub(crate) mod renew;
pub(crate) mod send_case;
pub(crate) mod service;
pub(crate) mod status;
