//! format_bytes(): a size as people read it.

use crate::plan::{Function, Kernel};
use crate::value::Value;

const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
const STEP: f64 = 1024.0;

/// How often to divide: down to less than a step, or to the named unit.
fn level(size: f64, unit: &str) -> Option<usize> {
    if !unit.is_empty() {
        return UNITS.iter().position(|known| known.eq_ignore_ascii_case(unit));
    }
    let fits = |level: &usize| size.abs() < STEP.powi(*level as i32 + 1);
    Some((0..UNITS.len()).find(fits).unwrap_or(UNITS.len() - 1))
}

fn format(arguments: &[Value<'_>]) -> Option<String> {
    let size = arguments[0].as_f64()?;
    let precision = arguments.get(1).map_or(Some(0.0), Value::as_f64)?.clamp(0.0, 15.0);
    let level = level(size, arguments.get(2).and_then(Value::as_str).unwrap_or(""))?;
    let scale = 10f64.powi(precision as i32);
    let rounded = (size / STEP.powi(level as i32) * scale).round() / scale;
    Some(format!("{rounded} {}", UNITS.get(level)?))
}

pub static FORMAT_BYTES: Function = Function {
    name: "format_bytes",
    category: "Other functions",
    signatures: &["(size:number, [precision:number], [format:string]) -> string"],
    summary: "The number of bytes in a unit that people read: of 1024, 1024 x 1024 … bytes.",
    kernel: Kernel::Row(|arguments| Value::string(format(arguments).unwrap_or_default())),
    examples: &[
        ("format_bytes(564)", "564 Bytes"),
        ("format_bytes(10332, 1)", "10.1 KB"),
        ("format_bytes(20010332, 2)", "19.08 MB"),
        ("format_bytes(20010332, 0, 'KB')", "19541 KB"),
    ],
    ..Function::NEW
};
