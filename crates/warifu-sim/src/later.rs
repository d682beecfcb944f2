//! What a later version of the service may say besides to clients of today: a further version of the protocol, members that they do not know in every
//! object, and notices that they do not know (docs/protocol.md).

use serde_json::{Value, json};
use warifu_client::Response;

/// The answer as a later version gives it. What is signed in it is the same to the byte, and so is what is no JSON.
pub(crate) fn said_later(mut response: Response) -> Response {
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
    let list = |body: &mut Value, name: &str, more: Value| {
        if let Some(list) = body.get_mut(name).and_then(Value::as_array_mut) {
            list.push(more);
        }
    };
    say_more(&mut body);
    list(&mut body, "protocols", json!(warifu_proto::wire::PROTOCOL_VERSION + 1));
    list(&mut body, "notices", json!({"code": "told_by_a_later_version", "values": {"day": "2031-01-01"}}));
    response.body = body.to_string().into_bytes();
    response.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    response.headers.push(("warifu-of-a-later-version".to_owned(), "more".to_owned()));
    response
}

fn say_more(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(say_more);
            members.insert("of_a_later_version".to_owned(), json!("more"));
        }
        Value::Array(values) => values.iter_mut().for_each(say_more),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_says_more_in_every_object_and_leaves_out_nothing() {
        let before = Response {
            status: 200,
            headers: vec![("content-length".to_owned(), "9".to_owned())],
            body: br#"{"protocols":[1],"lease":"v4.public.x","standing":{"seats":1},"notices":[]}"#.to_vec(),
        };
        let later = said_later(before);
        let body: Value = serde_json::from_slice(&later.body).unwrap();
        assert_eq!(body["protocols"], json!([1, 2]));
        assert_eq!(body["lease"], "v4.public.x");
        assert_eq!(body["standing"], json!({"seats": 1, "of_a_later_version": "more"}));
        assert_eq!(body["notices"][0]["code"], "told_by_a_later_version");
        assert_eq!(body["of_a_later_version"], "more");
        assert!(later.headers.iter().all(|(name, _)| name != "content-length"));
    }

    #[test]
    fn what_is_no_json_stays_as_it_is() {
        let text = Response { status: 200, headers: Vec::new(), body: b"warifu log 1".to_vec() };
        assert_eq!(said_later(text.clone()), text);
    }
}
