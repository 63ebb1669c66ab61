//! When a window's rows make an alert: the threshold, and one alert for all rows or one for each.

/// How the number of rows is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Greater,
    Less,
    Equal,
    NotEqual,
}

impl Operator {
    /// As YAML writes it (`gt`), as the service's interface does (`GreaterThan`), or as a sign.
    pub fn parse(text: &str) -> Option<Operator> {
        Some(match text.trim().to_ascii_lowercase().as_str() {
            "gt" | "greaterthan" | ">" => Operator::Greater,
            "lt" | "lessthan" | "<" => Operator::Less,
            "eq" | "equal" | "equals" | "==" => Operator::Equal,
            "ne" | "notequal" | "notequals" | "!=" => Operator::NotEqual,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Operator::Greater => "gt",
            Operator::Less => "lt",
            Operator::Equal => "eq",
            Operator::NotEqual => "ne",
        }
    }
}

/// When a window raises an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigger {
    pub operator: Operator,
    pub threshold: u64,
}

impl Trigger {
    pub fn is_met(self, rows: u64) -> bool {
        match self.operator {
            Operator::Greater => rows > self.threshold,
            Operator::Less => rows < self.threshold,
            Operator::Equal => rows == self.threshold,
            Operator::NotEqual => rows != self.threshold,
        }
    }

    /// Whether the alert tells of a window (too little in it) rather than of its rows: then old rows may stand in it again.
    pub fn is_about_the_window(self, rows: u64) -> bool {
        rows == 0 || self.operator == Operator::Less
    }
}

/// How rows become alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Single,
    PerResult,
}

/// So many alerts one window raises at most; the last of them is then about all the rows.
pub const MOST_ALERTS: usize = 150;

impl Grouping {
    pub fn parse(text: &str) -> Option<Grouping> {
        match text.trim().to_ascii_lowercase().as_str() {
            "singlealert" => Some(Grouping::Single),
            "alertperresult" => Some(Grouping::PerResult),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Grouping::Single => "SingleAlert",
            Grouping::PerResult => "AlertPerResult",
        }
    }

    /// The rows of each alert, as indices into `rows`.
    pub fn split(self, rows: &[usize]) -> Vec<Vec<usize>> {
        match self {
            Grouping::Single => vec![rows.to_vec()],
            Grouping::PerResult if rows.len() <= MOST_ALERTS => rows.iter().map(|row| vec![*row]).collect(),
            Grouping::PerResult => {
                let alone = rows.iter().take(MOST_ALERTS - 1).map(|row| vec![*row]);
                alone.chain([rows.to_vec()]).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_and_groups() {
        let met = |operator: &str, rows| Trigger { operator: Operator::parse(operator).unwrap(), threshold: 2 }.is_met(rows);
        assert_eq!([met("gt", 2), met("GreaterThan", 3), met("lt", 1), met("eq", 2), met("ne", 2)], [false, true, true, true, false]);
        let rows: Vec<usize> = (0..200).collect();
        assert_eq!(Grouping::Single.split(&rows), std::slice::from_ref(&rows));
        let each = Grouping::PerResult.split(&rows);
        assert_eq!((each.len(), each[148].as_slice(), each[149].len()), (150, &[148][..], 200));
    }
}
