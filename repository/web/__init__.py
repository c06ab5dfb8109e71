"""The portal: pages for people in three languages, and the addresses of resources for machines."""
