//! String functions.

mod base64;
mod case;
mod command_line;
mod extract;
mod extract_json;
mod indexof;
mod parse_kv;
mod parse_pattern;
mod part;
mod paths;
mod replace;
mod split;
mod strcat;
mod strlen;
mod substring;
mod trim;
mod unicode;
mod url;
mod user_agent;
mod xml;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &base64::DECODE_TOARRAY,
    &base64::DECODE_TOGUID,
    &base64::DECODE_TOSTRING,
    &base64::ENCODE_FROMARRAY,
    &base64::ENCODE_FROMGUID,
    &base64::ENCODE_TOSTRING,
    &base64::GZIP_COMPRESS,
    &base64::GZIP_DECOMPRESS,
    &base64::ZLIB_COMPRESS,
    &base64::ZLIB_DECOMPRESS,
    &case::TOLOWER,
    &case::TOUPPER,
    &command_line::PARSE_COMMAND_LINE,
    &extract::EXTRACT,
    &extract::EXTRACT_ALL,
    &extract_json::EXTRACT_JSON,
    &indexof::COUNTOF,
    &indexof::HAS_ANY_INDEX,
    &indexof::INDEXOF,
    &indexof::INDEXOF_REGEX,
    &parse_kv::PARSE_KV,
    &parse_pattern::PARSE_PATTERN,
    &paths::PARSE_CSV,
    &paths::PARSE_PATH,
    &paths::PARSE_VERSION,
    &replace::REPLACE,
    &replace::REPLACE_REGEX,
    &replace::REPLACE_STRING,
    &replace::REPLACE_STRINGS,
    &replace::TRANSLATE,
    &split::SPLIT,
    &strcat::REVERSE,
    &strcat::STRCAT,
    &strcat::STRCAT_DELIM,
    &strcat::STRCMP,
    &strcat::STRING_SIZE,
    &strcat::STRREP,
    &strlen::STRLEN,
    &substring::SUBSTRING,
    &trim::TRIM,
    &trim::TRIM_END,
    &trim::TRIM_START,
    &unicode::FROM_STRING,
    &unicode::ISASCII,
    &unicode::ISUTF8,
    &unicode::PUNYCODE_DOMAIN_FROM_STRING,
    &unicode::PUNYCODE_DOMAIN_TO_STRING,
    &unicode::PUNYCODE_FROM_STRING,
    &unicode::PUNYCODE_TO_STRING,
    &unicode::REGEX_QUOTE,
    &unicode::TO_STRING,
    &url::PARSE_URL,
    &url::PARSE_URLQUERY,
    &url::URL_DECODE,
    &url::URL_ENCODE,
    &url::URL_ENCODE_COMPONENT,
    &user_agent::PARSE_USER_AGENT,
    &xml::PARSE_XML,
];
