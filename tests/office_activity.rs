//! `OfficeActivity` made from raw records beside the portal's own rows of the same operations, column by column, where both are at hand.
//! No record is on both sides there, so what is compared is which columns an operation fills, and with which kinds of values.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use kalypso::engine::{ResultSink, Session, SessionOptions};
use kalypso::value::{Batch, Schema};

/// Columns that differ, and why: the list in `docs/differences.md`.
const DIFFERENT: [&str; 10] = [
    // When the portal took the record in.
    "ElevationTime",
    "Start_Time",
    "TimeGenerated",
    // The tenant of the portal's sample has no id.
    "OfficeTenantId",
    "TenantId",
    // The table did not have them when the portal's sample was taken.
    "ApplicationId",
    "ListItemUniqueId",
    "UniqueSharingId",
    // A spreadsheet has rewritten the portal's sample: TRUE for True.
    "ResultStatus",
    "ExternalAccess",
];

/// Columns whose values are names from a list.
const NAMES: [&str; 6] = ["RecordType", "Logon_Type", "InternalLogonType", "ItemType", "EventSource", "Type"];

/// For each operation and column the kinds of values that were seen.
#[derive(Default)]
struct Seen {
    names: Vec<String>,
    kinds: BTreeMap<(String, String), BTreeSet<String>>,
}

impl ResultSink for Seen {
    fn begin(&mut self, schema: &Schema, _name: &str) {
        self.names = schema.iter().map(|field| field.name.clone()).collect();
    }

    fn batch(&mut self, batch: &Batch) -> ControlFlow<()> {
        let operation = self.names.iter().position(|name| name == "Operation").expect("the column");
        for row in 0..batch.rows {
            let operation = batch.columns[operation].value(row).to_text().into_owned();
            for (name, column) in self.names.iter().zip(&batch.columns) {
                let kind = kind(name, &column.value(row).to_text());
                self.kinds.entry((operation.clone(), name.clone())).or_default().insert(kind);
            }
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self) {}
}

fn kind(column: &str, text: &str) -> String {
    let kind = match text.as_bytes() {
        [] => "nothing",
        _ if NAMES.contains(&column) => text,
        [b'{', ..] => "an object",
        [b'[', ..] => "an array",
        _ => "text",
    };
    kind.to_owned()
}

fn seen(inputs: &[&str]) -> Option<Seen> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let inputs: Vec<String> = inputs.iter().map(|input| data.join(input).to_string_lossy().into_owned()).collect();
    if inputs.iter().any(|input| !Path::new(input).exists()) {
        return None;
    }
    let session = Session::open(SessionOptions { inputs, ..SessionOptions::default() }).expect("a session");
    let mut seen = Seen::default();
    session.run("OfficeActivity", &mut seen).expect("it runs");
    Some(seen)
}

#[test]
fn columns_are_filled_alike() {
    let portal = seen(&["azure-sentinel-training-lab/office_activity.csv", "otrf-goldensaml/OfficeActivityEvents.json"]);
    let raw = seen(&[
        "invictus-o365_dataset/auditdata.ndjson",
        "elastic-beats/o365-audit",
        "det-eng-samples",
        "sekoia-intake-formats/o365_management_activity.ndjson",
    ]);
    let (Some(portal), Some(raw)) = (portal, raw) else {
        println!("skipped: there is no ../shared/data");
        return;
    };
    let (mut operations, mut compared) = (BTreeSet::new(), 0);
    let mut different: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((operation, column), kinds) in &portal.kinds {
        let Some(others) = raw.kinds.get(&(operation.clone(), column.clone())) else { continue };
        operations.insert(operation);
        compared += 1;
        if kinds.is_disjoint(others) && !DIFFERENT.contains(&column.as_str()) {
            different.entry(column).or_default().push(operation);
        }
    }
    assert!(operations.len() > 30 && compared > 3000, "{} operations, {compared} columns", operations.len());
    // Tenants differ; a column that is wrong is wrong for more than one operation.
    different.retain(|_, operations| operations.len() > 1);
    assert!(different.is_empty(), "{different:#?}");
}
