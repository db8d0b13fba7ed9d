"""What several pages show: people and the network."""
