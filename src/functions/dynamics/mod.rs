//! Functions on arrays and bags.

pub(in crate::functions) mod argument;
mod array_concat;
mod array_iff;
mod array_index_of;
mod array_length;
mod array_reverse;
mod array_shift;
mod array_slice;
mod array_sort;
mod array_sum;
mod bag_key;
mod bag_merge;
mod bag_pack;
mod json_path;
mod name_value;
mod range;
mod set;
mod strcat_array;
mod treepath;
mod zip;

use crate::plan::Function;

pub const FUNCTIONS: &[&Function] = &[
    &array_concat::ARRAY_CONCAT,
    &array_iff::ARRAY_IFF,
    &array_index_of::ARRAY_INDEX_OF,
    &array_length::ARRAY_LENGTH,
    &array_reverse::ARRAY_REVERSE,
    &array_shift::ARRAY_ROTATE_LEFT,
    &array_shift::ARRAY_ROTATE_RIGHT,
    &array_shift::ARRAY_SHIFT_LEFT,
    &array_shift::ARRAY_SHIFT_RIGHT,
    &array_slice::ARRAY_SLICE,
    &array_slice::ARRAY_SPLIT,
    &array_sort::ARRAY_SORT_ASC,
    &array_sort::ARRAY_SORT_DESC,
    &array_sum::ARRAY_SUM,
    &bag_key::BAG_HAS_KEY,
    &bag_key::BAG_KEYS,
    &bag_key::BAG_REMOVE_KEYS,
    &bag_key::BAG_SET_KEY,
    &bag_merge::BAG_MERGE,
    &bag_merge::BAG_ZIP,
    &bag_pack::BAG_PACK,
    &bag_pack::BAG_PACK_COLUMNS,
    &bag_pack::BAG_PACK_NOT_NULL,
    &bag_pack::PACK_ALL,
    &bag_pack::PACK_ARRAY,
    &name_value::NAME_VALUE,
    &range::RANGE,
    &range::REPEAT,
    &set::JACCARD_INDEX,
    &set::SET_DIFFERENCE,
    &set::SET_EQUALS,
    &set::SET_HAS_ELEMENT,
    &set::SET_INTERSECT,
    &set::SET_UNION,
    &strcat_array::STRCAT_ARRAY,
    &treepath::TREEPATH,
    &zip::ZIP,
];
