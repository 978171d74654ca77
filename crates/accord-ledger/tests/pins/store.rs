//! Where pins are kept.

use super::*;
use accord_format::hash::LedgerId;
use accord_ledger::pins::{HEADS_MAX, Pins, Verified, compare};
use accord_store::disk::SimDisk;
use accord_store::disk::sim::Stop;
use std::sync::Arc;

fn pins(disk: &Arc<SimDisk>) -> Pins {
    Pins::new(disk.clone())
}

fn sizes(pins: &Pins, ledger: &LedgerId) -> Vec<u64> {
    let remembered = pins.of(ledger).unwrap();
    assert!(remembered.damaged.is_empty(), "{:?}", remembered.damaged);
    remembered.pins.iter().map(|pin| pin.head.size()).collect()
}

#[test]
fn heads_are_kept_and_forgotten() {
    let (mut kit, disk) = (Kit::with_domain(), Arc::new(SimDisk::new(1)));
    let pins = pins(&disk);
    assert!(pins.of(&kit.id).unwrap().pins.is_empty() && pins.ledgers().unwrap().is_empty());
    let first = pin(&published(&mut kit), &[]);
    let second = pin(&grow(&mut kit, 0, 5), &[]);
    // In whichever order two commands are done, the larger head is the newest.
    assert!(pins.remember(&kit.id, &second).unwrap() && pins.remember(&kit.id, &first).unwrap());
    assert_eq!(sizes(&pins, &kit.id), [first.head.size(), second.head.size()]);
    assert_eq!(pins.ledgers().unwrap(), [kit.id]);
    assert!(pins.forget(&kit.id).unwrap() && !pins.forget(&kit.id).unwrap());
    assert!(pins.ledgers().unwrap().is_empty());
}

/// Two readers are shown two histories at once: both heads stay, and are compared.
#[test]
fn two_heads_of_one_size_both_stay() {
    let (mut kit, mut other) = (Kit::with_domain(), Kit::with_domain());
    let pins = pins(&Arc::new(SimDisk::new(1)));
    let (one, two) = (pin(&grow(&mut kit, 0, 5), &[]), pin(&grow(&mut other, 100, 5), &[]));
    assert!(pins.remember(&kit.id, &one).unwrap() && pins.remember(&kit.id, &two).unwrap());
    let all = pins.of(&kit.id).unwrap().pins;
    assert_eq!(all.len(), 2);
    let strange = all.into_iter().find(|pin| *pin != one).unwrap();
    let record = Record::of(kit.reader());
    convinces(&fork(compare(&record, &[strange]).unwrap()), &kit);
}

/// However often a ledger is read, a bounded number of heads is kept, the newest among them, and
/// the older ones the farther apart the older they are.
#[test]
fn heads_are_thinned_out() {
    let (mut kit, disk) = (Kit::with_domain(), Arc::new(SimDisk::new(1)));
    let pins = pins(&disk);
    let first = published(&mut kit).size();
    for step in 0..60 {
        let record = grow(&mut kit, step, 1);
        let known = pins.of(&kit.id).unwrap().pins;
        assert!(pins.remember(&kit.id, &pin(&record, &known)).unwrap());
        let kept = sizes(&pins, &kit.id);
        assert!(kept.len() <= HEADS_MAX && kept.contains(&record.size()), "{kept:?}");
        assert!(kept.contains(&(first + 1)), "{kept:?}");
    }
    let kept = sizes(&pins, &kit.id);
    let gaps: Vec<u64> = kept.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps[gaps.len() - 1] <= 2 && gaps[0] >= 4, "{kept:?}");
}

/// Ledgers that anybody can make by the hundred push out each other, and no other.
#[test]
fn simulated_ledgers_make_room_and_no_others() {
    use accord_ledger::kernel::ClockPolicy;
    let most = 6;
    let pins = pins(&Arc::new(SimDisk::new(1))).with_room(most);
    let one_of = |policy: ClockPolicy, n: usize| {
        let kit = Kit::bare_with(|genesis| {
            genesis.clock_policy = policy;
            genesis.suspension_hours = 1 + u32::try_from(n).unwrap();
        });
        let mut pin = pin(&Record::of(kit.reader()), &[]);
        pin.seen = at(i64::try_from(n).unwrap());
        (kit.id, pin)
    };
    let (real, real_pin) = one_of(ClockPolicy::System, 0);
    assert!(pins.remember(&real, &real_pin).unwrap());
    let simulated: Vec<_> = (0..most).map(|n| one_of(ClockPolicy::Simulated, n)).collect();
    for (ledger, pin) in &simulated {
        assert!(pins.remember(ledger, pin).unwrap());
    }
    let kept = pins.ledgers().unwrap();
    assert_eq!(kept.len(), most);
    assert!(kept.contains(&real) && !kept.contains(&simulated[0].0));
    // With none left to give way, a new one is turned away and nothing is forgotten.
    for (ledger, _) in &simulated {
        pins.forget(ledger).unwrap();
    }
    for n in 1..most {
        let (ledger, pin) = one_of(ClockPolicy::System, n);
        assert!(pins.remember(&ledger, &pin).unwrap());
    }
    let (last, last_pin) = one_of(ClockPolicy::System, most);
    assert!(!pins.remember(&last, &last_pin).unwrap());
    let kept = pins.ledgers().unwrap();
    assert!(kept.contains(&real) && !kept.contains(&last) && kept.len() == most);
}

/// Whichever call a power cut comes in: what was remembered stays, what is new is there whole or
/// not at all, and the next command can remember it.
#[test]
fn a_power_cut_leaves_no_half_pin() {
    let mut kit = Kit::with_domain();
    let first = pin(&published(&mut kit), &[]);
    let second = pin(&grow(&mut kit, 0, 5), &[]);
    let disk = Arc::new(SimDisk::new(1));
    pins(&disk).remember(&kit.id, &first).unwrap();
    let mut outcomes = [0, 0];
    for call in 1.. {
        for seed in 0..20 {
            let disk = Arc::new(disk.fork(seed));
            disk.crash_at(Some(disk.calls() + call));
            let kept = pins(&disk).remember(&kit.id, &second);
            if kept.is_ok() {
                assert!(outcomes[0] > 0 && outcomes[1] > 0, "{outcomes:?} {call}");
                return;
            }
            disk.restart(Stop::PowerCut);
            let after = sizes(&pins(&disk), &kit.id);
            assert_eq!(after[0], first.head.size());
            outcomes[after.len() - 1] += 1;
            assert!(pins(&disk).remember(&kit.id, &second).unwrap());
            assert_eq!(sizes(&pins(&disk), &kit.id).len(), 2);
        }
    }
}

#[test]
fn a_damaged_pin_is_named_and_not_believed() {
    let (mut kit, disk) = (Kit::with_domain(), Arc::new(SimDisk::new(1)));
    let (first, second) = (pin(&published(&mut kit), &[]), pin(&grow(&mut kit, 0, 5), &[]));
    let pins = pins(&disk);
    pins.remember(&kit.id, &first).unwrap();
    pins.remember(&kit.id, &second).unwrap();
    let files = disk.files();
    let file = files.iter().find(|file| file.contains(".pin")).unwrap();
    // Cut short; of another ledger; of another head than its name says.
    let foreign = pin(&Record::of(Kit::bare_with(|g| g.suspension_hours = 5).reader()), &[]);
    for bytes in [first.to_bytes()[..40].to_vec(), foreign.to_bytes(), second.to_bytes()] {
        disk.overwrite(file, &bytes);
        let remembered = pins.of(&kit.id).unwrap();
        assert_eq!(remembered.damaged.len(), 1);
        assert_eq!(&remembered.damaged[0].0, file);
        assert_eq!(remembered.pins, std::slice::from_ref(&second));
    }
}

#[test]
fn results_are_kept_beside_the_pins_by_their_root() {
    let (mut kit, disk) = (Kit::with_domain(), Arc::new(SimDisk::new(1)));
    let pins = pins(&disk);
    let record = published(&mut kit);
    let found = |size: u64| Verified {
        size,
        root: accord_format::hash::NodeHash::from_bytes([u8::try_from(size).unwrap(); 32]),
        when: at(0).to_string(),
        since: None,
        software: "0".to_owned(),
        integrity: "holds".to_owned(),
        authority: "holds".to_owned(),
        admission: "not established".to_owned(),
        problems: 0,
        void: 2,
        not_established: None,
    };
    // Of a ledger that is not remembered nothing is.
    pins.keep_verified(&kit.id, &found(1)).unwrap();
    assert_eq!(pins.verified(&kit.id).unwrap(), []);
    pins.remember(&kit.id, &pin(&record, &[])).unwrap();
    for size in 1..=9 {
        pins.keep_verified(&kit.id, &found(size)).unwrap();
    }
    assert_eq!(pins.verified(&kit.id).unwrap(), [6, 7, 8, 9].map(found));
    assert_eq!(sizes(&pins, &kit.id), [record.size()]);
}
