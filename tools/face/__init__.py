"""Makes what lies in resources/face: the networks that read a face, and the basis of its shape."""
