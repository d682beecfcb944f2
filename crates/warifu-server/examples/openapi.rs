//! Writes the API's description to standard output, for `docs/openapi.json`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(warifu_server::openapi().as_bytes())
}
