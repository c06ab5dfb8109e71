"""The OAI-PMH 2.0 provider: `request` (parse), `token` (resume), `provider` (answer), `xml` (bytes), `views`."""
