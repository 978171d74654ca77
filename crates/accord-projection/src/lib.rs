//! State from the record: projectors, two clocks, corrections and provenance.
