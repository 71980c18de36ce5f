"""`python -m tests.field`: make docs/field.md anew."""

from tests.field.page import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page())
