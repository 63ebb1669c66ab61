//! The queries inside the binary.

/// File names and texts, in the order of the names.
pub const FILES: &[(&str, &str)] = &[
    ("break-glass-sign-ins.kql", include_str!("shipped/break-glass-sign-ins.kql")),
    ("directory-role-grants.kql", include_str!("shipped/directory-role-grants.kql")),
    ("inbox-rule-changes.kql", include_str!("shipped/inbox-rule-changes.kql")),
    ("mailbox-forwarding.kql", include_str!("shipped/mailbox-forwarding.kql")),
    ("mailbox-permission-grants.kql", include_str!("shipped/mailbox-permission-grants.kql")),
    ("mass-file-downloads.kql", include_str!("shipped/mass-file-downloads.kql")),
    ("password-spray.kql", include_str!("shipped/password-spray.kql")),
    ("session-from-several-addresses.kql", include_str!("shipped/session-from-several-addresses.kql")),
    ("sign-ins-by-user-agent.kql", include_str!("shipped/sign-ins-by-user-agent.kql")),
    ("user-timeline.kql", include_str!("shipped/user-timeline.kql")),
];
