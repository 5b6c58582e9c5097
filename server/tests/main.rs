//! The server’s tests, a module for each of its rules: one program, since each would link all of
//! the server.

mod common;

mod applications;
mod badges;
mod clock;
mod data;
mod decisions;
mod described;
mod doors;
mod events;
mod homes;
mod http;
mod importing;
mod limits;
mod members;
mod memberships;
mod openapi;
mod people;
mod profiles;
mod publisher;
mod pull_files;
mod pull_mails;
mod pull_reports;
mod pull_settings;
mod pulls;
mod pushes;
mod registries;
mod registry;
mod renames;
mod renewals;
mod reviews;
mod sessions;
mod unowned;
