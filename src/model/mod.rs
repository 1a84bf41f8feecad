//! A language model behind an API: a request in, text out.
