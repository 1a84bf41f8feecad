//! Answers of every shape: what servers send, what models write, and what comes of it.

mod support;

#[path = "answers/drafts.rs"]
mod drafts;
#[path = "answers/published.rs"]
mod published;
#[path = "answers/recognised.rs"]
mod recognised;
#[path = "answers/shapes.rs"]
mod shapes;
