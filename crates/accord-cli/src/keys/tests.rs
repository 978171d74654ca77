use super::*;

fn given(dir: &Path, phrase: &str) -> Passphrase {
    let path = dir.join(format!("phrase-{phrase}"));
    if !path.exists() {
        files::create(&path, format!("{phrase}\nsecond line\n").as_bytes(), true).unwrap();
    }
    Passphrase::new(&PassphraseArgs { passphrase_file: Some(path) })
}

#[test]
fn plain_files_round_trip_and_are_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let key = generate("mission/field-3").unwrap();
    write(&path, &key, None).unwrap();
    let mut nobody = Passphrase::new(&PassphraseArgs::default());
    assert_eq!(read(&path, &mut nobody).unwrap().vkey(), key.vkey());
    let other = generate("mission/field-3").unwrap();
    assert_ne!(other.vkey(), key.vkey());
    assert!(matches!(write(&path, &other, None), Err(KeyFileError::Exists(_))));
    assert_eq!(read(&path, &mut nobody).unwrap().vkey(), key.vkey());
}

#[test]
fn encrypted_files_open_with_their_passphrase_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    let key = generate("mission/field-3").unwrap();
    let phrase = given(dir.path(), "correct horse").set().unwrap();
    write(&path, &key, Some(&phrase)).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(ARMOUR_START) && !text.contains("PRIVATE"));
    assert!(is_encrypted_file(&path).unwrap());
    let mut right = given(dir.path(), "correct horse");
    assert_eq!(read(&path, &mut right).unwrap().vkey(), key.vkey());
    let wrong = read(&path, &mut given(dir.path(), "battery staple")).unwrap_err();
    assert!(wrong.to_string().contains("passphrase is not the one"), "{wrong}");
    // A damaged file is an error, too.
    std::fs::write(&path, text.replace('A', "B")).unwrap();
    assert!(read(&path, &mut right).is_err());
}

#[cfg(unix)]
#[test]
fn files_that_others_may_read_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("it's key");
    write(&path, &generate("a/b").unwrap(), None).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = read(&path, &mut Passphrase::new(&PassphraseArgs::default())).unwrap_err();
    assert!(refused.to_string().contains("chmod 600 '"), "{refused}");
    assert!(refused.to_string().ends_with(r"/it'\''s key'"), "{refused}");
}

#[test]
fn what_is_no_key_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut nobody = Passphrase::new(&PassphraseArgs::default());
    let path = dir.path().join("k");
    for (content, why) in [
        ("", "PRIVATE+KEY"),
        ("hello", "PRIVATE+KEY"),
        ("PRIVATE+KEY+a/b+00000000+AAAA", "PRIVATE+KEY"),
    ] {
        drop(std::fs::remove_file(&path));
        files::create(&path, content.as_bytes(), true).unwrap();
        let error = read(&path, &mut nobody).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    drop(std::fs::remove_file(&path));
    files::create(&path, &vec![b'x'; 20_000], true).unwrap();
    assert!(matches!(read(&path, &mut nobody), Err(KeyFileError::TooLarge(_))));
    assert!(matches!(read(dir.path(), &mut nobody), Err(KeyFileError::NotAFile(_))));
    assert!(matches!(read(&dir.path().join("none"), &mut nobody), Err(KeyFileError::Io { .. })));
    assert!(generate("white space").is_err());
}

#[test]
fn an_empty_passphrase_is_none() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(given(dir.path(), "").set(), Err(KeyFileError::Passphrase(_))));
}
