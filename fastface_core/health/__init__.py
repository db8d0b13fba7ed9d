"""What this computer can do, with verdicts and cures, and the file to send when something fails."""
