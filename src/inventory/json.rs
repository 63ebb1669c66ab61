//! The inventory as JSON, for machines.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::{File, Gaps, Input, Inventory, Layers, Rows};

pub fn as_json(inventory: &Inventory) -> Json {
    let account = inventory.account.to_json();
    let mut json = json!({
        "kalypso": inventory.version,
        "query": inventory.query,
        "made": inventory.made.to_string(),
        "gap": inventory.gap,
        "inputs": inventory.inputs.iter().map(Input::to_json).collect::<Vec<_>>(),
        "gaps": gaps(&inventory.gaps),
        "tables": tables(&inventory.tables),
        "files": inventory.files.iter().map(file).collect::<Vec<_>>(),
    });
    for name in ["bytes", "records", "duplicates", "conflicts", "uncompared", "skipped", "complete", "first", "last"] {
        json[name] = account[name].clone();
    }
    json
}

impl Input {
    pub fn to_json(&self) -> Json {
        match &self.sha256 {
            Ok(digest) => json!({"name": self.name, "bytes": self.bytes, "sha256": digest}),
            Err(error) => json!({"name": self.name, "bytes": self.bytes, "sha256": null, "error": error}),
        }
    }
}

fn file(file: &File) -> Json {
    let mut json = file.account.to_json();
    json["name"] = json!(file.name);
    json["gaps"] = gaps(&file.gaps);
    json["tables"] = tables(&file.tables);
    json["layers"] = file.layers.as_ref().map_or(Json::Null, layers);
    let marks = file.account.inspection.iter().flat_map(|seen| seen.marks());
    json["marks"] = marks.map(|(mark, seen)| (mark.to_owned(), seen.to_json())).collect::<Map<String, Json>>().into();
    json
}

fn layers(layers: &Layers) -> Json {
    json!({
        "container": layers.container,
        "encoding": layers.encoding,
        "framing": layers.framing,
        "envelope": layers.envelope,
        "families": layers.families,
        "dates": layers.dates,
    })
}

fn gaps(gaps: &Gaps) -> Json {
    let spans: Vec<Json> = gaps.spans.iter().map(|(from, to)| json!({"from": from.to_string(), "to": to.to_string()})).collect();
    if gaps.too_many { Json::Null } else { spans.into() }
}

fn tables(tables: &BTreeMap<String, Rows>) -> Json {
    let rows = |rows: &Rows| json!({"records": rows.records, "inferred": rows.inferred});
    tables.iter().map(|(name, of)| (name.clone(), rows(of))).collect::<Map<String, Json>>().into()
}
