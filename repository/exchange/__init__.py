"""What people exchange with the catalogue by file: inventories in spreadsheets, and the drafts they become."""
