//! What reaches people besides the program: the action, the hooks, the archive of a release, the package.

#[cfg(unix)]
mod action;
mod files;
#[cfg(unix)]
mod install;
#[cfg(unix)]
mod runner;
#[path = "../support/mod.rs"]
mod support;
