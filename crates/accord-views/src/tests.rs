//! Families, replay and views over a record that the kernel follows as well.

mod basis;
mod board;
mod cases;
mod catalogue;
mod ceasefire;
mod clocks;
mod data;
mod determined;
mod docket;
mod early;
mod effect;
mod evidence;
mod exchanges;
mod imports;
mod instruments;
mod integrity;
mod meetings;
mod monitoring;
mod provenance;
mod remedies;
mod reports;
mod resolutions;
mod scorecard;
mod suspicion;
mod valley;
mod world;
