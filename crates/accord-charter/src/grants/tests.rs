use super::*;

/// Parties `a` and `b`, stood for by participants `alpha` and `beta`; binding `payer` is `b`.
struct TwoParties;

impl Standing for TwoParties {
    fn parties(&self, binding: Option<&str>) -> Option<Vec<&str>> {
        match binding {
            None => Some(vec!["alpha", "beta"]),
            Some("payer") => Some(vec!["beta"]),
            Some(_) => None,
        }
    }
}

fn need(role: &str) -> Need {
    Need { role: role.to_owned(), count: None, from: None, binding: None }
}

fn grants(types: &[&str], any_of: Vec<Vec<Need>>, co_signers: CoSigners) -> Grants {
    Grants(vec![Grant {
        types: types.iter().map(|t| (*t).to_owned()).collect(),
        any_of: any_of.into_iter().map(|all| Alternative { all }).collect(),
        co_signers,
    }])
}

fn code(grants: &Grants, signers: &[(&str, &str)]) -> &'static str {
    grants.permits("x.y", signers, &TwoParties).map_or_else(|e| e.code(), |()| "ok")
}

/// The alternatives, whether others may sign, who signs, and the outcome.
type Row = (Vec<Vec<Need>>, CoSigners, Vec<(&'static str, &'static str)>, &'static str);

#[test]
fn truth_table() {
    let counted = |role: &str, count| Need { count: Some(count), ..need(role) };
    let each = || Need { from: Some(From::EachParty), ..need("party") };
    let payer = || Need { binding: Some("payer".to_owned()), ..need("party") };
    let each_payer = || Need { from: Some(From::EachParty), ..payer() };
    let lost = || Need { binding: Some("nothing".to_owned()), ..need("party") };
    let none = CoSigners::None;
    let (m, s) = (("m", "mission"), ("s", "secretariat"));
    let (w1, w2) = (("w1", "witness"), ("w2", "witness"));
    let (a, b) = (("alpha", "party"), ("beta", "party"));
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        (vec![vec![need("mission")]], none, vec![], "grant_no_signers"),
        (vec![vec![need("mission")]], none, vec![m], "ok"),
        (vec![vec![need("mission")]], none, vec![("m", "party")], "grant_lacking"),
        (vec![vec![need("mission")]], none, vec![m, s], "grant_surplus"),
        (vec![vec![need("mission")]], CoSigners::Allowed, vec![m, s], "ok"),
        (vec![vec![need("mission")]], none, vec![m, m], "grant_surplus"),
        // One participant never fills two places, whichever roles it signs in.
        (vec![vec![need("mission"), need("witness")]], none, vec![m, ("m", "witness")], "grant_lacking"),
        (vec![vec![need("mission"), need("witness")]], none, vec![m, w1], "ok"),
        // But it may serve the place that leaves the other for someone else.
        (vec![vec![need("mission"), need("witness")]], CoSigners::Allowed,
            vec![("m", "witness"), m, w1], "ok"),
        (vec![vec![need("witness"), need("mission")]], CoSigners::Allowed,
            vec![("w1", "mission"), w1, w2], "ok"),
        (vec![vec![counted("witness", 2)]], none, vec![w1], "grant_lacking"),
        (vec![vec![counted("witness", 2)]], none, vec![w1, w1], "grant_lacking"),
        (vec![vec![counted("witness", 2)]], none, vec![w1, w2], "ok"),
        (vec![vec![counted("witness", 1)]], none, vec![w1, w2], "grant_surplus"),
        (vec![vec![counted("witness", u16::MAX)]], none, vec![w1, w2], "grant_lacking"),
        (vec![vec![counted("witness", 0)]], none, vec![m], "grant_lacking"),
        // Alternatives.
        (vec![vec![need("mission")], vec![need("secretariat"), need("witness")]], none, vec![s, w1], "ok"),
        (vec![vec![need("mission")], vec![need("secretariat"), need("witness")]], none, vec![s], "grant_lacking"),
        // Parties.
        (vec![vec![each()]], none, vec![a, b], "ok"),
        (vec![vec![each()]], none, vec![b, a], "ok"),
        (vec![vec![each()]], none, vec![a], "grant_lacking"),
        (vec![vec![each()]], none, vec![a, ("gamma", "party")], "grant_lacking"),
        (vec![vec![each()]], none, vec![("alpha", "mission"), b], "grant_lacking"),
        (vec![vec![payer()]], none, vec![b], "ok"),
        (vec![vec![payer()]], none, vec![a], "grant_lacking"),
        (vec![vec![each_payer()]], none, vec![b], "ok"),
        (vec![vec![each_payer()]], none, vec![a], "grant_lacking"),
        (vec![vec![lost()]], none, vec![a], "grant_lacking"),
        (vec![vec![Need { from: Some(From::EachParty), ..lost() }]], none, vec![a], "grant_lacking"),
        // What a check refuses still admits nobody.
        (vec![vec![]], CoSigners::Allowed, vec![a], "grant_lacking"),
        (vec![], CoSigners::Allowed, vec![a], "grant_missing"),
    ];
    for (i, (any_of, co_signers, signers, expected)) in rows.into_iter().enumerate() {
        let found = code(&grants(&["x.*"], any_of, co_signers), &signers);
        assert_eq!(found, expected, "row {i}");
    }
}

#[test]
fn each_of_no_parties_is_not_nobody() {
    let each = Need { from: Some(From::EachParty), ..need("party") };
    let grants = grants(&["x.y"], vec![vec![each]], CoSigners::Allowed);
    let refusal = grants.permits("x.y", &[("alpha", "party")], &NoParties).unwrap_err();
    assert_eq!(refusal.code(), "grant_lacking");
}

#[test]
fn the_closest_grant_decides() {
    let grant = |types: &[&str], role: &str| {
        grants(types, vec![vec![need(role)]], CoSigners::None).0.remove(0)
    };
    let grants = Grants(vec![
        grant(&["a.*"], "wide"),
        grant(&["a.b.*"], "narrow"),
        grant(&["a.b.c"], "exact"),
        grant(&["a.b.c"], "second"),
        grant(&["a.b.c.*"], "below"),
    ]);
    for (event_type, role) in
        [("a.x", "wide"), ("a.b.x", "narrow"), ("a.b.c", "exact"), ("a.b.c.d", "below")]
    {
        assert!(grants.permits(event_type, &[("p", role)], &NoParties).is_ok(), "{event_type}");
    }
    // No falling back to a wider grant.
    assert_eq!(
        grants.permits("a.b.c", &[("p", "wide")], &NoParties).unwrap_err(),
        GrantRefusal::Lacking {
            event_type: "a.b.c".to_owned(),
            pattern: "a.b.c".to_owned(),
            alternative: 1,
            lacks: vec![Lack { role: "exact".to_owned(), short_by: 1, from: None }],
        }
    );
    assert_eq!(
        grants.permits("ab.c", &[("p", "wide")], &NoParties).unwrap_err(),
        GrantRefusal::NoGrant { event_type: "ab.c".to_owned() }
    );
}

#[test]
fn a_refusal_names_the_nearest_alternative() {
    let each = Need { from: Some(From::EachParty), ..need("party") };
    let witnesses = Need { count: Some(3), ..need("witness") };
    let grants = grants(
        &["x.y"],
        vec![vec![witnesses.clone()], vec![each, need("secretariat")], vec![witnesses]],
        CoSigners::None,
    );
    let refusal = grants
        .permits("x.y", &[("alpha", "party"), ("s", "secretariat")], &TwoParties)
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "x.y (grant x.y): the nearest alternative, number 2, lacks 1 as party (of beta)"
    );
    let refusal = grants.permits("x.y", &[("w", "witness")], &TwoParties).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "x.y (grant x.y): the nearest alternative, number 1, lacks 2 as witness"
    );
}

#[test]
fn absent_members_stay_absent() {
    let text = r#"[{"types":["x.y"],"any_of":[{"all":[{"role":"mission"}]}]}]"#;
    let grants: Grants = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&grants).unwrap(), text);
    assert!(serde_json::from_str::<Grants>(&text.replace("\"role\"", "\"rule\"")).is_err());
}
