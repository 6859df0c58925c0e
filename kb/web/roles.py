"""What visitors of the site may be: readers read, editors decide and add as well."""

READER, EDITOR = "reader", "editor"
ROLES = (READER, EDITOR)
