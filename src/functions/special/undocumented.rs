//! Functions that Microsoft's parser knows and that no document describes: refused, for their results could only be guessed.

use crate::plan::{Function, Kernel};

const UNDOCUMENTED: Function = Function {
    category: "Undocumented functions",
    summary: "Known to Microsoft's parser only.",
    kernel: Kernel::Refused("it needs a description of what it computes, which Microsoft has not published"),
    ..Function::NEW
};

pub static GEO_LENGTH_TO_S2CELL_LEVEL: Function =
    Function { name: "__geo_length_to_s2cell_level", signatures: &["(length:number) -> int"], ..UNDOCUMENTED };

pub static GEO_LINE_S2CELL_COVERING_LEVEL: Function =
    Function { name: "__geo_line_s2cell_covering_level", signatures: &["(lineString:dynamicbag) -> int"], ..UNDOCUMENTED };

pub static GEO_LINE_VALIDATE: Function =
    Function { name: "__geo_line_validate", signatures: &["(lineString:dynamicbag) -> string"], ..UNDOCUMENTED };

pub static GEO_POLYGON_S2CELL_COVERING_LEVEL: Function =
    Function { name: "__geo_polygon_s2cell_covering_level", signatures: &["(polygon:dynamicbag) -> int"], ..UNDOCUMENTED };

pub static GEO_POLYGON_VALIDATE: Function =
    Function { name: "__geo_polygon_validate", signatures: &["(polygon:dynamicbag) -> string"], ..UNDOCUMENTED };

pub static HLL_NORMALIZE: Function = Function { name: "__hll_normalize", signatures: &["(hll:dynamic, ...) -> dynamic"], ..UNDOCUMENTED };

pub static IPV6_LOOKUP_RANGES: Function =
    Function { name: "__ipv6_lookup_ranges", signatures: &["(ip:stringordynamic, ranges:dynamicarray) -> dynamic"], ..UNDOCUMENTED };

pub static LZ4_COMPRESS: Function =
    Function { name: "__lz4_compress_dynamic_array_to_base64_string", signatures: &["(dynamic:dynamicarray) -> string"], ..UNDOCUMENTED };

pub static HLL_ISVALID: Function =
    Function { name: "hll_isvalid", signatures: &["(hll:dynamicarray, value:scalar) -> bool"], ..UNDOCUMENTED };

pub static TDIGEST_ISVALID: Function =
    Function { name: "tdigest_isvalid", signatures: &["(digest:dynamicarray, value:scalar) -> bool"], ..UNDOCUMENTED };

pub static CAST: Function = Function { name: "__cast", signatures: &["(type:type, value:scalar) -> Custom"], ..UNDOCUMENTED };

pub static INVOKE: Function =
    Function { name: "__invoke", signatures: &["(name:string, type:type, [argument:scalar, ...]) -> Custom"], ..UNDOCUMENTED };
