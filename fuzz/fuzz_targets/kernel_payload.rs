#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| accord_fuzz::upper::kernel_payload(data));
