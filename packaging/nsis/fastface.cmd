@echo off
rem The command line of the version of FastFace that is in use.
set /p FASTFACE_VERSION=<"%~dp0current"
"%~dp0versions\%FASTFACE_VERSION%\fastface.exe" %*
