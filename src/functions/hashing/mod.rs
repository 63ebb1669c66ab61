//! Hash functions.

mod bytes;
mod digest;
mod internal;
mod xxhash;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &xxhash::HASH,
    &xxhash::HASH_COMBINE,
    &xxhash::HASH_MANY,
    &digest::HASH_MD5,
    &digest::HASH_SHA1,
    &digest::HASH_SHA256,
    &xxhash::HASH_XXHASH64,
    &internal::HASH_CRC32,
    &internal::HASH_DJB2,
    &internal::HASH_MANY_CRC32,
    &internal::HASH_XXH64,
];
