//! The scan of many branches, as it is asked for.

use crate::execute::Shared;
use crate::input::ScanRequest;

/// The request for the shared scan. Records are left out unparsed only where no branch can want them.
pub fn request(shared: Shared) -> ScanRequest {
    let (columns, any_of) = shared.into_parts();
    ScanRequest { columns, any_of: any_of.unwrap_or_default(), ..ScanRequest::default() }
}
