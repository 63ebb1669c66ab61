//! The cryptographic hashes, as hexadecimal text.

use std::fmt::Write;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::plan::{Function, Kernel};
use crate::value::Value;

use super::bytes::text;

/// The digest in hexadecimal; of an empty text, Kusto gives an empty text.
fn digest<D: Digest>(value: &Value<'_>) -> Value<'static> {
    let text = text(value);
    if text.is_empty() {
        return Value::string("");
    }
    let mut hexadecimal = String::with_capacity(64);
    for byte in D::digest(text.as_ref()).iter() {
        // Writing to a string cannot fail.
        let _ = write!(hexadecimal, "{byte:02x}");
    }
    Value::string(hexadecimal)
}

pub static HASH_MD5: Function = Function {
    name: "hash_md5",
    category: "Hash functions",
    signatures: &["(source:notdynamic) -> string"],
    summary: "The MD5 hash of the value's text, in hexadecimal digits.",
    kernel: Kernel::Row(|a| digest::<Md5>(&a[0])),
    examples: &[
        ("hash_md5('World')", "f5a7924e621e84c9280a9a27e1bcb7f6"),
        ("hash_md5(datetime(2020-01-01))", "786c530672d1f8db31fee25ea8a9390b"),
    ],
    ..Function::NEW
};

pub static HASH_SHA1: Function = Function {
    name: "hash_sha1",
    category: "Hash functions",
    signatures: &["(source:notdynamic) -> string"],
    summary: "The SHA-1 hash of the value's text, in hexadecimal digits.",
    kernel: Kernel::Row(|a| digest::<Sha1>(&a[0])),
    examples: &[("hash_sha1('World')", "70c07ec18ef89c5309bbb0937f3a6342411e1fdd")],
    ..Function::NEW
};

pub static HASH_SHA256: Function = Function {
    name: "hash_sha256",
    category: "Hash functions",
    signatures: &["(source:notdynamic) -> string"],
    summary: "The SHA-256 hash of the value's text, in hexadecimal digits.",
    kernel: Kernel::Row(|a| digest::<Sha256>(&a[0])),
    examples: &[("hash_sha256('')", ""), ("hash_sha256('World')", "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524")],
    ..Function::NEW
};
