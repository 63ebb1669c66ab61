//! `partition` without a strategy: the legacy one, which stops at 64 parts.

use crate::operators::partition::{Partition, PartitionBody};
use crate::syntax::ast::{ExprKind, Operator};
use crate::value::Value;

use super::Finding;

pub fn look(operator: &Operator) -> Option<Finding> {
    let partition = operator.node.as_any().downcast_ref::<Partition>()?;
    if matches!(partition.body, PartitionBody::Query(_)) || !is_legacy(partition) {
        return None;
    }
    Some(Finding::new(
        operator.name.span,
        "without a strategy, Kusto runs `partition` in its legacy way, which refuses more than 64 parts",
        "write: partition hint.strategy=native by …, or hint.strategy=shuffle for very many parts",
    ))
}

fn is_legacy(partition: &Partition) -> bool {
    let named = |name: &str| partition.parameters.iter().find(|p| p.name.name == name);
    match named("hint.strategy").map(|p| &p.value.kind) {
        Some(ExprKind::Name(strategy)) => strategy == "legacy",
        Some(ExprKind::Literal { value: Value::String(strategy), .. }) => strategy == "legacy",
        Some(_) => false,
        None => named("hint.shufflekey").is_none(),
    }
}
