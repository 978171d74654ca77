//! What is written is read again, in few bytes; what was not written this way is an error.

use super::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Empty,
    Full { count: u64, word: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Plain {
    Unit,
    Newtype(Box<Self>),
    Tuple(i64, bool),
    Struct { list: Vec<u8> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    tagged: Vec<Tagged>,
    plain: Vec<Plain>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<u64>,
    numbers: Vec<i64>,
    keyed: BTreeMap<u64, String>,
    signed: BTreeMap<i64, (u64, f64)>,
    set: BTreeSet<String>,
    unit: (),
    letter: char,
    json: Value,
}

fn all() -> All {
    All {
        tagged: vec![
            Tagged::Empty,
            Tagged::Full { count: 1 << 40, word: Some("word".into()) },
            Tagged::Full { count: 0, word: None },
        ],
        plain: vec![
            Plain::Unit,
            Plain::Newtype(Box::new(Plain::Newtype(Box::new(Plain::Unit)))),
            Plain::Tuple(-1, true),
            Plain::Struct { list: vec![0, 127, 128, 255] },
        ],
        left_out: None,
        numbers: vec![0, 1, -1, 127, 128, -128, i64::MAX, i64::MIN],
        keyed: BTreeMap::from([(3, "word".into()), (u64::MAX, String::new())]),
        signed: BTreeMap::from([(-5, (1, 0.5)), (5, (2, -1e300))]),
        set: ["0123456789abcdef", "0123456789abcdeg", "0123456789ABCDEF", "aaaaaaaaaaaaaaaaa"]
            .map(str::to_owned)
            .into(),
        unit: (),
        letter: 'ß',
        json: json!({"a": [null, 1, -2, 1.5, {"ab": "ab", "abc": "abc"}], "abc": true}),
    }
}

#[test]
fn whatever_has_a_json_form_is_read_as_it_was_written() {
    let all = all();
    let bytes = to_bytes(&all).unwrap();
    assert_eq!(from_bytes::<All>(&bytes).unwrap(), all);
    // It says itself what it is.
    let value: Value = from_bytes(&to_bytes(&all.json).unwrap()).unwrap();
    assert_eq!(value, all.json);
}

#[test]
fn what_comes_again_is_pointed_at() {
    let stream = "violation/0198f3c2-0000-7000-8000-000000000000";
    let once = to_bytes(&vec![stream; 1]).unwrap().len();
    assert_eq!(to_bytes(&vec![stream; 100]).unwrap().len(), once + 99);
    let hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    assert_eq!(to_bytes(hash).unwrap().len(), 34);
    // More texts than one byte can point at.
    let many: Vec<String> = (0..40_000).map(|n| format!("text {}", n % 20_000)).collect();
    assert_eq!(from_bytes::<Vec<String>>(&to_bytes(&many).unwrap()).unwrap(), many);
}

#[test]
fn the_same_is_written_the_same_however_it_is_kept() {
    let pairs = [("one", 1), ("two", 2), ("three", 3)];
    let written =
        |pairs: Vec<(&str, u64)>| to_bytes(&pairs.into_iter().collect::<BTreeMap<_, _>>());
    let reversed: Vec<_> = pairs.iter().rev().copied().collect();
    assert_eq!(written(pairs.to_vec()), written(reversed));
    let map: HashMap<String, u64> = from_bytes(&written(pairs.to_vec()).unwrap()).unwrap();
    assert_eq!(map.len(), 3);
}

#[test]
fn every_cut_is_told() {
    let bytes = to_bytes(&all()).unwrap();
    for len in 0..bytes.len() {
        assert!(from_bytes::<All>(&bytes[..len]).is_err(), "{len} of {}", bytes.len());
    }
    let longer = [&bytes[..], &[NOTHING]].concat();
    assert_eq!(from_bytes::<All>(&longer).unwrap_err().to_string(), "1 bytes follow its end");
}

#[test]
fn what_nobody_wrote_is_refused() {
    for (bytes, why) in [
        (&[AGAIN, 0][..], "there is no text 0 before"),
        (&[NEAR], "there is no text 0 before"),
        (&[15], "no value begins with the byte 15"),
        (&[END], "no value begins with the byte 13"),
        (&[TEXT, 1, 0xff], "a text is not UTF-8"),
        (&[TEXT, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], "it ends early"),
        (&[LIST, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], "it ends early"),
        (
            &[NUMBER, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            "a number has no end, or too many bits",
        ),
        (
            &[NEGATIVE, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            "a number has no end, or too many bits",
        ),
    ] {
        assert_eq!(from_bytes::<Value>(bytes).unwrap_err().to_string(), why, "{bytes:?}");
    }
    let deep = vec![OPEN_LIST; 100_000];
    let why = from_bytes::<Value>(&deep).unwrap_err().to_string();
    assert_eq!(why, "it is nested deeper than 128");
    // Fewer are read than there are.
    assert!(from_bytes::<(u64, u64)>(&to_bytes(&[1, 2, 3]).unwrap()).is_err());
    assert!(from_bytes::<Plain>(&to_bytes("tuple").unwrap()).is_err());
    assert!(from_bytes::<Plain>(&to_bytes(&json!({"unit": 1})).unwrap()).is_err());
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[0-9a-f]{0,40}".prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]{0,3}", inner, 0..8)
                .prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    })
}

proptest! {
    #[test]
    fn any_json_is_read_as_it_was_written(value in values()) {
        prop_assert_eq!(from_bytes::<Value>(&to_bytes(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(from_bytes::<Value>(&bytes));
        drop(from_bytes::<All>(&bytes));
    }

    #[test]
    fn no_flipped_bit_makes_it_panic(at in any::<proptest::sample::Index>(), bit in 0..8) {
        let mut bytes = to_bytes(&all()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        drop(from_bytes::<All>(&bytes));
    }
}
