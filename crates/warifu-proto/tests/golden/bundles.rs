//! Vectors of lease files.

use serde_json::{Value, json};
use warifu_proto::certificate::{Certificate, Issuer};
use warifu_proto::document::DocumentType;
use warifu_proto::keys::RootKey;
use warifu_proto::lease::Lease;

use crate::sample::{self, good};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<(String, Vector)> {
    let (lease, certificate) = (good(DocumentType::Lease), good(DocumentType::Certificate));
    let file = json!({"warifu": "lease", "version": 1, "lease": lease, "certificate": certificate});
    let with = |changes: Value| {
        let mut file = file.clone();
        for (name, value) in changes.as_object().unwrap() {
            file[name.as_str()] = value.clone();
        }
        file.to_string()
    };
    let text = file.to_string();
    let (sandbox_lease, sandbox_certificate) = of_a_sandbox();
    let sandbox = with(json!({"lease": sandbox_lease, "certificate": sandbox_certificate}));
    let other_root = RootKey::from_seed(&sample::OTHER_ROOT_SEED).unwrap();
    let others =
        Certificate { service: other_root.service_id(), ..sample::certificate() }.sign(&other_root).unwrap();

    [
        ("good", "A good lease file.", text.clone(), "refused", "accepted"),
        (
            "unknown-member",
            "A further member is passed over.",
            with(json!({"note": "x"})),
            "refused",
            "accepted",
        ),
        (
            "sandbox-accepted",
            "A sandbox's lease where those are accepted.",
            sandbox.clone(),
            "accepted",
            "accepted",
        ),
        (
            "sandbox-refused",
            "A sandbox's lease in a released application.",
            sandbox,
            "refused",
            "sandbox_lease_refused",
        ),
        (
            "cut-short",
            "The file is cut short.",
            text[..text.len() - 40].to_owned(),
            "refused",
            "lease_damaged",
        ),
        ("twice", "The file holds two objects.", format!("{text}{text}"), "refused", "lease_damaged"),
        ("empty-object", "An empty object.", "{}".to_owned(), "refused", "lease_damaged"),
        ("list", "A list.", "[]".to_owned(), "refused", "lease_damaged"),
        ("version-2", "A later version.", with(json!({"version": 2})), "refused", "lease_damaged"),
        ("other-file", "Another kind of file.", with(json!({"warifu": "site"})), "refused", "lease_damaged"),
        ("lease-missing", "The lease is null.", with(json!({"lease": null})), "refused", "lease_damaged"),
        (
            "lease-twice",
            "The lease is there twice.",
            text.replacen('{', &format!("{{\"lease\":\"{lease}\","), 1),
            "refused",
            "lease_damaged",
        ),
        (
            "swapped",
            "Lease and certificate in each other's place.",
            with(json!({"lease": certificate, "certificate": lease})),
            "refused",
            "root_not_pinned",
        ),
        (
            "of-another-root",
            "The certificate of another service.",
            with(json!({"certificate": others})),
            "refused",
            "root_not_pinned",
        ),
        (
            "lease-altered",
            "The lease's last symbol is altered.",
            with(json!({"lease": altered(&lease)})),
            "refused",
            "lease_not_genuine",
        ),
    ]
    .into_iter()
    .map(|(name, about, file, sandbox, expect)| {
        let root = sample::root().public_key().to_string();
        let fields = [
            ("kind", "bundle"),
            ("root", root.as_str()),
            ("sandbox", sandbox),
            ("file", &file),
            ("expect", expect),
        ];
        (format!("bundle/{name}.txt"), Vector::new(about, &fields))
    })
    .collect()
}

fn of_a_sandbox() -> (String, String) {
    let certificate = Certificate { sandbox: true, ..sample::certificate() }.sign(&sample::root()).unwrap();
    let issuer = Issuer::new(sample::root().public_key(), sample::issuing(), certificate.clone()).unwrap();
    (Lease { sandbox: true, ..sample::lease() }.sign(&issuer).unwrap(), certificate)
}

/// The lease with one symbol in the middle of its payload replaced.
fn altered(lease: &str) -> String {
    let replacement = if lease.as_bytes()[100] == b'A' { "B" } else { "A" };
    format!("{}{replacement}{}", &lease[..100], &lease[101..])
}
