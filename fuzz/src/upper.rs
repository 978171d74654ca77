//! Bodies of the targets above the format: what the store, the charter and the kernel parse.

use accord_charter::Charter;
use accord_ledger::kernel::types::{KernelPayload, TYPES};

/// A target's name and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target of this file.
pub const TARGETS: &[Target] = &[
    ("charter", charter),
    ("charter_json", charter_json),
    ("kernel_payload", kernel_payload),
    ("tail", tail),
];

/// A charter as people write it; one that is sound is the same after a way through JSON.
pub fn charter(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(charter) = Charter::from_toml(text) {
        let json = serde_json::to_value(&charter).expect("a charter has a JSON form");
        assert_eq!(Charter::from_json(json).as_ref(), Ok(&charter));
    }
}

/// A charter as an event carries it.
pub fn charter_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(value) = accord_format::json::parse(text) else { return };
    drop(Charter::from_json(value));
}

/// A kernel payload: the first byte chooses the type; what is read is written the same.
pub fn kernel_payload(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Some(declared) = TYPES.get(usize::from(*first) % TYPES.len()) else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let Ok(value) = accord_format::json::parse(text) else { return };
    let decoded = KernelPayload::decode(declared.name, declared.version, &value);
    assert_eq!(decoded.is_some_and(|d| d.is_ok()), (declared.check)(&value).is_ok());
}

/// A tail: whatever is in it, what is read of it lies within it.
pub fn tail(data: &[u8]) {
    if let Ok(scan) = accord_store::tail::scan(data) {
        assert!(scan.image.size() >= scan.image.base());
        assert!(scan.image.bytes() <= data.len());
    }
}
