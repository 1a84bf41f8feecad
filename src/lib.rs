//! Chinese newsletters in, Japanese editions out, and nothing else changed.

pub mod request;

pub mod model;
