"""What a GPU needs beside the program: found, fetched, unpacked, tried, and only then used."""
