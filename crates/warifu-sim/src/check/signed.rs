//! Answers as they leave the service: leases go into the book, refusals are read as a person would read them.

use serde_json::Value;
use warifu_client::{Code, Response};
use warifu_core::catalogue::Lang;
use warifu_proto::bundle::{Bundle, SandboxLeases};
use warifu_proto::lease::Lease;
use warifu_proto::wire::KEY_LIST_HEADER;

use crate::node::Origin;
use crate::planted::Planted;
use crate::staff::{code_of, is_unsettled};
use crate::stop::Stop;
use crate::world::World;

impl World {
    /// Looks at an answer, before the network can lose it.
    pub(crate) fn check_answer(&mut self, origin: Origin, response: &Response) -> Result<(), Stop> {
        if let Origin::Client { call, .. } = origin
            && response.status < 500
        {
            self.ledger.release_answered(call);
        }
        if response.status >= 400 {
            self.check_refusal(origin, response)?;
            if is_unsettled(&code_of(response)) {
                self.note_unsettled(origin);
            }
            if let Some(caller) = self.caller(origin)
                && code_of(response) == Code::InstallationUnknown.as_str()
            {
                let lease = self.folder_lease(caller.installation).map(|lease| lease.id);
                self.installations[caller.installation].forgotten = lease;
            }
            return self.check_objection(origin, response);
        }
        let (Origin::Client { call, .. }, Some(caller)) = (origin, self.caller(origin)) else {
            return Ok(());
        };
        let body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        let (Some(lease), Some(certificate)) = (body["lease"].as_str(), body["certificate"].as_str()) else {
            return Ok(());
        };
        let bundle = Bundle { lease: lease.to_owned(), certificate: certificate.to_owned() };
        let lease = self.verify(&bundle).ok_or_else(|| {
            Stop::violation(3, format_args!("the answer to {} is not signed under the root", caller.command))
        })?;
        let machine = self.machines[self.installations[caller.installation].machine].identity;
        let now = self.time.now();
        if lease.provisional {
            return self.check_provisional(&caller, &lease, machine);
        }
        self.find_key_of(lease.licence)?;
        self.check_epoch(&caller, &lease, machine)?;
        let noted = self.ledger.note(&lease, machine, now, (call, caller.sent_millis));
        noted.map_err(|seen| Stop::violation(2, seen))?;
        self.trace.note(format_args!("#{} gets {} no. {}", caller.installation, lease.id, lease.sequence));
        self.check_lease_is_durable(&lease)?;
        self.check_seats(lease.licence)
    }

    /// A bundle's lease, if it is genuine.
    pub(crate) fn verify(&self, bundle: &Bundle) -> Option<Lease> {
        bundle.verify(self.root.public_key(), SandboxLeases::Refused).ok().map(|verified| verified.lease)
    }

    /// A refusal has a code of the catalogue with a cause and a remedy, and repeats nothing that was asked.
    fn check_refusal(&self, origin: Origin, response: &Response) -> Result<(), Stop> {
        if let Some(what) = self.canaries.find(&response.body) {
            let body = String::from_utf8_lossy(&response.body);
            return Err(Stop::violation(5, format_args!("{what} stands in a refusal: {body}")));
        }
        let body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let known = Code::ALL.iter().find(|code| code.as_str() == text("code"));
        let whole = ["title", "detail", "cause", "remedy"].iter().all(|name| !text(name).trim().is_empty());
        match known {
            Some(code) if whole && code.entry().status == response.status => {
                let texts = |lang: Lang| [code.entry().cause.get(lang), code.entry().remedy.get(lang)];
                let both = [Lang::Ja, Lang::En].into_iter().flat_map(texts);
                if both.into_iter().all(|text| !text.is_empty()) {
                    return Ok(());
                }
                Err(Stop::violation(4, format_args!("{code} has no cause or remedy in one language")))
            }
            _ => Err(Stop::violation(
                4,
                format_args!("{origin:?} was refused without a cause or a remedy: {body}"),
            )),
        }
    }

    /// What a planted bug makes of an answer.
    pub(crate) fn tamper(&self, mut response: Response) -> Response {
        let mut change = |edit: &dyn Fn(&mut Value)| {
            let mut body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
            edit(&mut body);
            response.body = body.to_string().into_bytes();
        };
        match self.planted {
            Planted::ListWithheld => {
                response.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(KEY_LIST_HEADER))
            }
            Planted::RemedyMissing if response.status >= 400 => change(&|body| body["remedy"] = "".into()),
            Planted::RequestInAnswer if response.status >= 400 => {
                let key = self.keys.last().map(|key| key.text.clone()).unwrap_or_default();
                change(&|body| body["detail"] = format!("the key {key} is refused").into());
            }
            _ => {}
        }
        response
    }

    /// What a planted bug makes of the answer to a guess.
    pub(crate) fn tamper_guess(&self, key: &str, mut response: Response) -> Response {
        let issued = self.keys.iter().any(|known| known.text.get(..11) == key.get(..11));
        if self.planted == Planted::GuessTold && issued {
            response.status = 409;
        }
        response
    }
}
