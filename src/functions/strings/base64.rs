//! base64, gzip and zlib functions.

use std::io::{Read, Write};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::Compression;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::plan::{Function, Kernel};
use crate::value::{Guid, Json, Value};

/// A text without its padding is refused, as Kusto refuses it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical).with_decode_allow_trailing_bits(true),
);

/// More than this is not unpacked: a bomb.
const MOST: u64 = 64 << 20;

const TOO_MUCH: &str = "a text of more than 64 MiB is not unpacked: the result is empty";

const STRING: Function = Function { category: "String functions", signatures: &["(string:string) -> string"], ..Function::NEW };

fn encode(bytes: &[u8]) -> Value<'static> {
    Value::string(ENGINE.encode(bytes))
}

fn decode(value: &Value<'_>) -> Option<Vec<u8>> {
    ENGINE.decode(value.as_str()?.trim()).ok()
}

fn bytes<'a>(value: &'a Value<'_>) -> &'a [u8] {
    value.as_str().unwrap_or("").as_bytes()
}

pub static ENCODE_TOSTRING: Function = Function {
    name: "base64_encode_tostring",
    aliases: &["base64_encodestring"],
    summary: "The text's UTF-8 bytes as base64.",
    kernel: Kernel::Row(|arguments| encode(bytes(&arguments[0]))),
    examples: &[("base64_encode_tostring('Kusto')", "S3VzdG8=")],
    ..STRING
};

pub static DECODE_TOSTRING: Function = Function {
    name: "base64_decode_tostring",
    aliases: &["base64_decodestring"],
    summary: "The text that base64 stands for; empty where the bytes are no UTF-8.",
    kernel: Kernel::Row(|arguments| match decode(&arguments[0]).map(String::from_utf8) {
        Some(Ok(text)) => Value::string(text),
        _ => Value::string(""),
    }),
    examples: &[("base64_decode_tostring('S3VzdG8=')", "Kusto")],
    ..STRING
};

pub static DECODE_TOARRAY: Function = Function {
    name: "base64_decode_toarray",
    signatures: &["(base64_string:string) -> dynamic"],
    summary: "An array of the bytes that base64 stands for.",
    kernel: Kernel::Row(|arguments| match decode(&arguments[0]) {
        Some(bytes) => Json::Array(bytes.into_iter().map(|b| Json::Long(i64::from(b))).collect()).into_dynamic(),
        None => Value::Null,
    }),
    examples: &[("base64_decode_toarray('S3VzdG8=')", "[75,117,115,116,111]")],
    ..STRING
};

pub static ENCODE_FROMARRAY: Function = Function {
    name: "base64_encode_fromarray",
    signatures: &["(base64_string_decoded_as_array:dynamicarray) -> string"],
    summary: "An array of bytes as base64.",
    kernel: Kernel::Row(|arguments| match arguments[0].as_dynamic().map(|d| d.json()) {
        Some(Json::Array(items)) => {
            let byte = |item: Json| if let Json::Long(n) = item { u8::try_from(n).ok() } else { None };
            items.into_iter().map(byte).collect::<Option<Vec<u8>>>().map_or(Value::string(""), |bytes| encode(&bytes))
        }
        _ => Value::string(""),
    }),
    examples: &[("base64_encode_fromarray(dynamic([75,117,115,116,111]))", "S3VzdG8=")],
    ..STRING
};

/// Guids stand in base64 with the bytes of their first two groups reversed.
fn shuffled(mut bytes: [u8; 16]) -> [u8; 16] {
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes
}

pub static DECODE_TOGUID: Function = Function {
    name: "base64_decode_toguid",
    signatures: &["(base64_string:string) -> guid"],
    summary: "The guid that base64 stands for.",
    kernel: Kernel::Row(|arguments| match decode(&arguments[0]).and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()) {
        Some(bytes) => Value::Guid(Guid(u128::from_be_bytes(shuffled(bytes)))),
        None => Value::Null,
    }),
    examples: &[("base64_decode_toguid('JpbpECu8dUy7Pv5gbeJXAA==')", "10e99626-bc2b-754c-bb3e-fe606de25700")],
    ..STRING
};

pub static ENCODE_FROMGUID: Function = Function {
    name: "base64_encode_fromguid",
    signatures: &["(guid:guid) -> string"],
    summary: "A guid as base64.",
    kernel: Kernel::Row(|arguments| match &arguments[0] {
        Value::Guid(guid) => encode(&shuffled(guid.0.to_be_bytes())),
        _ => Value::string(""),
    }),
    examples: &[("base64_encode_fromguid(toguid('10e99626-bc2b-754c-bb3e-fe606de25700'))", "JpbpECu8dUy7Pv5gbeJXAA==")],
    ..STRING
};

/// The text that a decoder gives; empty where it fails, or there is more than is unpacked.
fn unpacked(reader: impl Read) -> Value<'static> {
    let mut text = Vec::new();
    match reader.take(MOST + 1).read_to_end(&mut text).map(|_| String::from_utf8(text)) {
        Ok(Ok(text)) if text.len() as u64 <= MOST => Value::string(text),
        _ => Value::string(""),
    }
}

pub static GZIP_COMPRESS: Function = Function {
    name: "gzip_compress_to_base64_string",
    summary: "The text packed with gzip, as base64.",
    kernel: Kernel::Row(|arguments| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        match packer.write_all(bytes(&arguments[0])).and_then(|()| packer.finish()) {
            Ok(packed) => encode(&packed),
            Err(_) => Value::string(""),
        }
    }),
    examples: &[("gzip_decompress_from_base64_string(gzip_compress_to_base64_string('kalypso'))", "kalypso")],
    differs: "the packed bytes depend on the packer; what they unpack to is the same",
    ..STRING
};

pub static GZIP_DECOMPRESS: Function = Function {
    name: "gzip_decompress_from_base64_string",
    summary: "The text that was packed with gzip and written as base64.",
    kernel: Kernel::Row(|arguments| decode(&arguments[0]).map_or(Value::string(""), |packed| unpacked(MultiGzDecoder::new(&packed[..])))),
    differs: TOO_MUCH,
    ..STRING
};

pub static ZLIB_COMPRESS: Function = Function {
    name: "zlib_compress_to_base64_string",
    summary: "The text packed with zlib, as base64.",
    kernel: Kernel::Row(|arguments| {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
        match packer.write_all(bytes(&arguments[0])).and_then(|()| packer.finish()) {
            Ok(packed) => encode(&packed),
            Err(_) => Value::string(""),
        }
    }),
    examples: &[("zlib_decompress_from_base64_string(zlib_compress_to_base64_string('kalypso'))", "kalypso")],
    differs: "the packed bytes depend on the packer; what they unpack to is the same",
    ..STRING
};

pub static ZLIB_DECOMPRESS: Function = Function {
    name: "zlib_decompress_from_base64_string",
    summary: "The text that was packed with zlib and written as base64.",
    kernel: Kernel::Row(|arguments| decode(&arguments[0]).map_or(Value::string(""), |packed| unpacked(ZlibDecoder::new(&packed[..])))),
    differs: TOO_MUCH,
    ..STRING
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_up_to_the_limit_and_nothing_beyond() {
        let length = |bytes: u64| unpacked(std::io::repeat(b'a').take(bytes)).as_str().map(str::len);
        assert_eq!(length(MOST), Some(64 << 20));
        assert_eq!(length(MOST + 1), Some(0));
    }
}
