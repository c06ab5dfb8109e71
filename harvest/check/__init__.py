"""Checking an OAI-PMH endpoint as a partner would: `visit` asks, `checks` judge what came, `report` tells it."""
