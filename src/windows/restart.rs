//! The last argument of most window functions: where counting starts anew.

use crate::value::{Column, Type, Value};

/// Whether each row restarts. The first row always does.
pub fn restarts(condition: Option<&Column>, rows: usize) -> Vec<bool> {
    let mut restarts = vec![false; rows];
    if let Some(condition) = condition.filter(|c| c.ty() == Type::Bool) {
        for (restart, value) in restarts.iter_mut().zip(condition.values()) {
            *restart = matches!(value, Value::Bool(true));
        }
    }
    if let Some(first) = restarts.first_mut() {
        *first = true;
    }
    restarts
}
