//! How grave a rule's author finds a match.

/// From the gravest to those of which nothing is said, as hunting queries do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    High,
    Medium,
    Low,
    Informational,
    #[default]
    Unrated,
}

impl Severity {
    pub const ALL: [Severity; 5] = [Severity::High, Severity::Medium, Severity::Low, Severity::Informational, Severity::Unrated];

    pub fn parse(text: &str) -> Severity {
        Self::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(text.trim())).unwrap_or_default()
    }

    pub fn name(self) -> &'static str {
        match self {
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
            Severity::Informational => "Informational",
            Severity::Unrated => "Unrated",
        }
    }
}
