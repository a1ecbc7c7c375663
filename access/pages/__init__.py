"""What every page is made of: records and links, lists and what narrows them, notices, forms, the search."""
