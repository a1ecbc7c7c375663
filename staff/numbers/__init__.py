"""Numbers of people: staff numbers, documents, accounts and telephones, and to whom they are shown."""
