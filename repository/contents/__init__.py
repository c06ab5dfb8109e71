"""What a file holds, told by its content and never by its name; pure. `opening.open_contents` is the door."""
