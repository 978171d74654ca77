//! The courses that cases take, each of them once against every party.

/// How a case ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The mission does not take it.
    Declined,
    /// Who alleged it takes it back.
    Withdrawn,
    /// It has only been alleged.
    Alleged,
    /// It is being investigated.
    Investigated,
    /// The finding is not that it happened, in the words of the catalogue.
    Found(&'static str),
    /// The mission was unsure at first and said so; nothing confirmed it before its time was over.
    Expired,
    /// The board decides, in the words of the catalogue.
    Decided(&'static str),
}

/// A course.
#[derive(Clone, Copy)]
pub(super) struct Course {
    /// The category, by its place in the charter's list.
    pub(super) category: usize,
    pub(super) severity: u8,
    pub(super) end: End,
    /// The days that the mission takes to register it.
    pub(super) registered_in: i64,
    /// What the accused says, if anything.
    pub(super) stance: Option<&'static str>,
    /// Whether a second case about the same is merged into it.
    pub(super) twin: bool,
    /// Days until an ordered remedy is carried out; never with 0.
    pub(super) remedied_in: Option<i64>,
    /// Whether it is opened again.
    pub(super) reopened: bool,
}

const fn course(category: usize, severity: u8, end: End) -> Course {
    let stance = Some("deny");
    Course {
        category,
        severity,
        end,
        registered_in: 2,
        stance,
        twin: false,
        remedied_in: None,
        reopened: false,
    }
}

const fn upheld(category: usize, severity: u8, stance: Option<&'static str>) -> Course {
    Course { stance, ..course(category, severity, End::Decided("upheld")) }
}

/// All courses, in the order in which their cases are alleged.
pub(super) const COURSES: [Course; 19] = [
    upheld(2, 2, Some("deny")),
    course(9, 1, End::Declined),
    Course { twin: true, ..upheld(1, 2, Some("partial")) },
    Course { reopened: true, ..course(12, 2, End::Found("not_verified")) },
    Course { registered_in: 9, ..course(10, 2, End::Found("unfounded")) },
    upheld(11, 2, None),
    course(19, 1, End::Withdrawn),
    Course { remedied_in: Some(20), ..upheld(13, 2, Some("accept")) },
    course(5, 2, End::Found("unable_access")),
    course(3, 3, End::Expired),
    Course { remedied_in: Some(0), ..upheld(1, 3, Some("deny")) },
    course(7, 2, End::Decided("modified")),
    course(8, 2, End::Decided("overturned")),
    Course { twin: true, ..upheld(2, 2, None) },
    Course { remedied_in: Some(35), ..upheld(17, 2, Some("accept")) },
    course(16, 2, End::Found("not_verified")),
    course(11, 2, End::Decided("remitted")),
    course(2, 2, End::Investigated),
    course(19, 1, End::Alleged),
];
