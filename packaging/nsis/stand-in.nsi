; A program that stands in for the real one while packaging/wine.py tries the installer and the launcher.
; Compiled with OUT, TARGET, KIND (fastface or fastface_desktop), RELEASE and RIGHT (0 or 1).
Unicode true
Target ${TARGET}
Name "FastFace"
OutFile "${OUT}"
RequestExecutionLevel user
SilentInstall silent
SetCompress off

Section
!if ${RIGHT} == 0
    SetErrorLevel 1
!endif
!if ${KIND} == "fastface_desktop"
    FileOpen $0 "$EXEDIR\..\..\started.txt" a
    FileSeek $0 0 END
    FileWrite $0 "${RELEASE}$\r$\n"
    FileClose $0
    !if ${RIGHT} == 1
        ; As fastface_core/updates/place.py does once the window is drawn.
        IfFileExists "$EXEDIR\..\..\next" 0 done
        FileOpen $0 "$EXEDIR\..\..\current" w
        FileWrite $0 "${RELEASE}$\n"
        FileClose $0
        Delete "$EXEDIR\..\..\next"
        RMDir "$EXEDIR\..\..\next.started"
        done:
    !endif
!endif
SectionEnd
