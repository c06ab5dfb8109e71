"""Who answers queries: the embedded engine or a remote SPARQL 1.1 server, behind the same function."""
