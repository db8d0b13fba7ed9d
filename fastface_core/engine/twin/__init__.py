"""What a photo says of a person: the numbers of `fastface_core.domain.twin`, measured."""
