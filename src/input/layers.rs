//! What a file is, layer by layer, in words: container, encoding, framing, envelope, families.

use std::path::Path;
use std::sync::Arc;

use super::encoding::Encoding;
use super::family::Family;
use super::framing::Framing;
use super::source::Source;
use super::timestamp::DayOrder;

/// A file or member that holds records.
#[derive(Clone, Debug)]
pub struct Layers<'d> {
    pub name: &'d str,
    /// What it is packed in, from outside to inside; empty for a plain file.
    pub container: Vec<&'static str>,
    pub encoding: &'static str,
    pub byte_order_mark: bool,
    pub framing: String,
    /// What stands around the records, from outside to inside.
    pub envelope: Vec<&'static str>,
    /// The families of the sampled records.
    pub families: Vec<&'static str>,
    /// The table whose columns they have, where they do not say so themselves.
    pub table: Option<Arc<str>>,
    /// How a date like 05/06/2024 was read, where one was seen to matter.
    pub date_order: Option<&'static str>,
    /// Bytes on disk.
    pub bytes: u64,
}

impl<'d> Layers<'d> {
    pub(super) fn of(source: &'d Source) -> Layers<'d> {
        let sniffed = &source.sniffed;
        let csv = matches!(sniffed.framing, Framing::Csv(_));
        Layers {
            name: &source.name,
            container: source.container.clone(),
            encoding: encoding(sniffed.encoding),
            byte_order_mark: sniffed.mark > 0,
            framing: framing(source),
            envelope: envelope(source),
            families: source.families().iter().map(|family| family.name()).collect(),
            table: sniffed.table.clone(),
            date_order: csv.then_some(match sniffed.order {
                DayOrder::MonthFirst => "month first",
                DayOrder::DayFirst => "day first",
            }),
            bytes: source.size,
        }
    }
}

fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16LE",
        Encoding::Utf16Be => "UTF-16BE",
        Encoding::Windows1252 => "Windows-1252",
    }
}

fn framing(source: &Source) -> String {
    let Framing::Csv(header) = &source.sniffed.framing else { return source.sniffed.shape.to_owned() };
    let delimiter = match header.delimiter {
        b'\t' => "a tab".to_owned(),
        other => format!("`{}`", char::from(other)),
    };
    format!("CSV with {delimiter} between {} columns", header.names.len())
}

fn envelope(source: &Source) -> Vec<&'static str> {
    let sniffed = &source.sniffed;
    let mut layers = Vec::new();
    if let Some(peel) = sniffed.peel {
        layers.push(peel.name());
    }
    match sniffed.family {
        Family::UnifiedExport => layers.push("columns around AuditData"),
        Family::GraphUnified => layers.push("Graph around auditData"),
        Family::Diagnostic => layers.push("diagnostic record around properties"),
        _ => {}
    }
    layers
}

/// A file on disk that was given, whether it holds records or not.
#[derive(Clone, Copy, Debug)]
pub struct Input<'d> {
    pub name: &'d str,
    pub path: &'d Path,
    pub bytes: u64,
}
