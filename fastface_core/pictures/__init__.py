"""The one way to read a picture: any form to upright 8-bit sRGB, in memory known beforehand."""
