//! The charter: an agreement in its machine form.
